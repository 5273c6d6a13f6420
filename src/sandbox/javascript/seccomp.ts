/*
 * A filter that refuses every system call but those that a running Node with its isolates makes. It
 * is a program of classic BPF over `struct seccomp_data` (linux/seccomp.h), installed when all files
 * are loaded: nothing can be opened after it, not even looked at.
 */

/** Numbers from asm/unistd_64.h and asm-generic/unistd.h; `undefined`: aarch64 has no such call. */
const CALLS: Readonly<Record<string, readonly [x64: number, arm64: number | undefined]>> = {
  // memory
  brk: [12, 214],
  madvise: [28, 233],
  mmap: [9, 222],
  mprotect: [10, 226],
  mremap: [25, 216],
  munmap: [11, 215],
  // what is open already: the line to evalkit, and the counters of this process's own memory
  close: [3, 57],
  epoll_ctl: [233, 21],
  epoll_pwait: [281, 22],
  epoll_wait: [232, undefined],
  poll: [7, undefined],
  ppoll: [271, 73],
  pread64: [17, 67],
  read: [0, 63],
  readv: [19, 65],
  write: [1, 64],
  writev: [20, 66],
  // waiting and time
  clock_getres: [229, 114],
  clock_gettime: [228, 113],
  clock_nanosleep: [230, 115],
  futex: [202, 98],
  gettimeofday: [96, 169],
  nanosleep: [35, 101],
  restart_syscall: [219, 128],
  sched_yield: [24, 124],
  // signals of its own; abort() finds that it may send none, and dies of that
  rt_sigaction: [13, 134],
  rt_sigprocmask: [14, 135],
  rt_sigreturn: [15, 139],
  sigaltstack: [131, 132],
  // knowing itself
  getcpu: [309, 168],
  getegid: [108, 177],
  geteuid: [107, 175],
  getpid: [39, 172],
  getrandom: [318, 278],
  getrusage: [98, 165],
  gettid: [186, 178],
  sysinfo: [99, 179],
  // threads and the end
  exit: [60, 93],
  exit_group: [231, 94],
  membarrier: [324, 283],
  rseq: [334, 293],
  set_robust_list: [273, 99],
};

const CLONE = [56, 220] as const;
const CLONE3 = 435;
const PRCTL = [157, 167] as const;
const SCHED_GETAFFINITY = [204, 123] as const;
const SECCOMP = [317, 277] as const;

/** The word by which seccomp names the table that a call goes through (linux/audit.h). */
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

// linux/bpf_common.h: load a word; jump if equal, greater or equal; return.
const LOAD = 0x20;
const EQUAL = 0x15;
const AT_LEAST = 0x35;
const RETURN = 0x06;
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const X32_BIT = 0x40000000;

/** Offsets in `struct seccomp_data`. */
const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
const ARGUMENTS_AT = 16;

/** What pthread_create asks of clone, by glibc and by musl (sched.h). */
const THREAD_FLAGS = [0x3d0f00, 0x7d0f00];
/** `PR_SET_NAME`, and `PR_SET_VMA`, by which malloc names its areas. */
const PRCTL_OPTIONS = [15, 0x53564d41];

/** One step of a filter: `struct sock_filter`. */
export interface Instruction {
  readonly code: number;
  readonly yes: number;
  readonly no: number;
  readonly value: number;
}

interface Filter {
  /** Of the system call that installs it. */
  readonly call: number;
  readonly instructions: readonly Instruction[];
}

/** The filter for this machine; `undefined` where its calls have no numbers here. */
export function makeFilter(machine: string): Filter | undefined {
  if (machine !== 'x64' && machine !== 'arm64') {
    return undefined;
  }
  const column = machine === 'x64' ? 0 : 1;
  const free = Object.values(CALLS).flatMap((numbers) => numbers[column] ?? []);
  return {
    call: SECCOMP[column],
    instructions: [
      load(ARCHITECTURE_AT),
      jump(EQUAL, [1, 0], ARCHITECTURES[machine]),
      answer(KILL_PROCESS),
      load(NUMBER_AT),
      jump(AT_LEAST, [0, 1], X32_BIT),
      answer(KILL_PROCESS),
      ...when(CLONE[column], ifArgumentIsOneOf(0, THREAD_FLAGS)),
      // Without clone3, threads are made by clone, whose flags a filter can see.
      ...when(CLONE3, [answer(ENOSYS)]),
      ...when(PRCTL[column], ifArgumentIsOneOf(0, PRCTL_OPTIONS)),
      ...when(SCHED_GETAFFINITY[column], ifArgumentIsOneOf(0, [0])),
      ...free.flatMap((number) => when(number, [answer(ALLOW)])),
      answer(EPERM),
    ],
  };
}

/** How many steps to leave out where it holds, and where it does not. */
function jump(code: number, [yes, no]: readonly [number, number], value: number): Instruction {
  return { code, yes, no, value };
}

function load(offset: number): Instruction {
  return jump(LOAD, [0, 0], offset);
}

function answer(verdict: number): Instruction {
  return jump(RETURN, [0, 0], verdict);
}

/** `steps`, which end in an answer, for that call alone. */
function when(number: number, steps: readonly Instruction[]): Instruction[] {
  return [jump(EQUAL, [0, steps.length], number), ...steps];
}

/** For arguments that the kernel reads as 32 bits, or whose upper half means nothing. */
function ifArgumentIsOneOf(argument: number, values: readonly number[]): Instruction[] {
  return [
    load(ARGUMENTS_AT + 8 * argument),
    ...values.flatMap((value) => [jump(EQUAL, [0, 1], value), answer(ALLOW)]),
    answer(EPERM),
  ];
}
