// @ts-check
import koffi from 'koffi';

/*
 * The system calls of Linux by which a process gives rights away, none of which Node offers. The
 * numbers are from the kernel's own headers.
 */

const libc = koffi.load(null);
const INSTRUCTION = koffi.struct({ code: 'uint16', yes: 'uint8', no: 'uint8', value: 'uint32' });
const PROGRAM = koffi.struct({ length: 'uint16', instructions: koffi.pointer(INSTRUCTION) });

const callPrctl = libc.func('int prctl(int option, ulong first, ulong second, ulong, ulong)');
const callSetrlimit = libc.func('int setrlimit(int resource, const uint64_t *limits)');
const callExit = libc.func('void _exit(int code)');
const callSeccomp = libc.func('syscall', 'long', [
  'long',
  'ulong',
  'ulong',
  koffi.pointer(PROGRAM),
]);

const PR_SET_PDEATHSIG = 1;
const PR_SET_DUMPABLE = 4;
const PR_SET_NO_NEW_PRIVS = 38;
const SIGKILL = 9;

const RLIMITS = { fileSize: 1, data: 2, coreDump: 4, threads: 6 };

/** `SECCOMP_SET_MODE_FILTER`, and the flag that gives the filter to every thread there is. */
const SET_MODE_FILTER = 1;
const ALL_THREADS = 1;

/**
 * @param {keyof typeof RLIMITS} what
 * @param {number} most
 */
export function limit(what, most) {
  check(callSetrlimit(RLIMITS[what], [BigInt(most), BigInt(most)]), `setrlimit ${what}`);
}

/** Death by SIGKILL once the parent is gone. A change of user clears it. */
export function dieWithParent() {
  check(callPrctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0), 'prctl PDEATHSIG');
}

/** No other process of this user may read or trace this one, or dump its core. */
export function hideMemory() {
  check(callPrctl(PR_SET_DUMPABLE, 0, 0, 0, 0), 'prctl DUMPABLE');
}

export function forbidNewPrivileges() {
  check(callPrctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 'prctl NO_NEW_PRIVS');
}

/**
 * From here on, for all threads; nothing undoes it.
 *
 * @param {NonNullable<import('../messages.ts').Terms['filter']>} filter
 */
export function installFilter({ call, instructions }) {
  const program = { length: instructions.length, instructions };
  check(callSeccomp(call, SET_MODE_FILTER, ALL_THREADS, program), 'seccomp');
}

/**
 * The end, at once, whatever the isolates are doing.
 *
 * @param {number} code
 * @returns {never}
 */
export function exitNow(code) {
  callExit(code);
  throw new Error('the process goes on after its end');
}

/**
 * @param {unknown} result
 * @param {string} call
 */
function check(result, call) {
  if (Number(result) !== 0) {
    throw new Error(`${call} failed: errno ${koffi.errno()}`);
  }
}
