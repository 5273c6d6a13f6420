import type { Sample } from '../../src/sandbox/grader.ts';
import { makeSample } from './sample.ts';

/** What hostile completions are given besides a signature: the right answer and raw system calls. */
const PROMPT = `import ctypes, os, platform

BAIT = @BAIT@
CALLS = @CALLS@
SOCKET = next((fd for fd in range(3, 256) if os.path.exists(fd)), -1)


def right(value):
    return sorted(value) if isinstance(value, list) else value * value


def raw(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    result = libc.syscall(ctypes.c_long(number), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def solve(value):
    """The square of a number; the sorted list of a list."""
`;

const TEST = `

def check(candidate):
    import copy, math
    assert candidate(3) == 9
    assert candidate(12) == abs(math.fabs(-144))
    assert candidate(copy.deepcopy([3, 1, 2])) == sorted([2, 3, 1])
    assert candidate([]) == []
`;

/** Numbers of system calls on x86-64 (asm/unistd_64.h). */
const CALLS = {
  getpid: 39,
  clone: 56,
  truncate: 76,
  ptrace: 101,
  syslog: 103,
  personality: 135,
  pivot_root: 155,
  prctl: 157,
  mount: 165,
  shmget: 29,
  msgget: 68,
  semget: 64,
  timer_create: 222,
  mq_open: 240,
  add_key: 248,
  keyctl: 250,
  fchmodat: 268,
  unshare: 272,
  inotify_init1: 294,
  perf_event_open: 298,
  fanotify_init: 300,
  prlimit64: 302,
  open_by_handle_at: 304,
  setns: 308,
  process_vm_readv: 310,
  process_vm_writev: 311,
  kcmp: 312,
  seccomp: 317,
  memfd_create: 319,
  bpf: 321,
  userfaultfd: 323,
  io_uring_setup: 425,
  clone3: 435,
  openat2: 437,
  pidfd_getfd: 438,
  memfd_secret: 447,
};

/** The task that hostile completions answer, with what they may try to reach. */
export function solveTask(bait: object, completion: string): Sample {
  const prompt = PROMPT.replace('@BAIT@', JSON.stringify(bait)).replace(
    '@CALLS@',
    JSON.stringify(CALLS),
  );
  return makeSample({
    prompt,
    completion: `    pass\n\n${completion}`,
    test: TEST,
    entryPoint: 'solve',
  });
}
