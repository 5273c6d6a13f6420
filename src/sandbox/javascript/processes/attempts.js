// @ts-check
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import koffi from 'koffi';

/*
 * What a sample must be refused, tried with all that this process can do: not from within an isolate,
 * which has no words for any of it, but as a sample could that had broken out of one.
 */

/**
 * @typedef {import('../../common/bait.ts').Bait} Bait
 * @typedef {(bait: Bait) => unknown} Attempt
 */

/**
 * Each throws or gives `false` where it was refused; all succeed in an ordinary process.
 *
 * @type {Readonly<Record<string, Attempt>>}
 */
const ATTEMPTS = {
  'read a file': ({ file }) => readFileSync(file),
  'read a file from another thread': ({ file }) => readFile(file),
  'write a file': ({ folder }) => writeFileSync(`${folder}/written`, ''),
  connect: async ({ port }) => {
    const socket = createConnection(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.destroy();
  },
  fork: () => Number(forked()) > 0,
  'run a program': ({ program }) => spawnSync(program, ['--version']).status === 0,
  'signal the parent': () => process.kill(process.ppid, 0),
  'read the memory of the parent': () => canReadMemoryOf(process.ppid),
  'be root': () => process.geteuid?.() === 0,
  'take more memory': ({ tooMuchMemory }) => Number(mapMemory(tooMuchMemory)) > 0,
};

/**
 * Which of the attempts were refused.
 *
 * @param {Bait} bait
 */
export async function tryEverything(bait) {
  /** @type {Record<string, boolean>} */
  const denied = {};
  for (const [name, attempt] of Object.entries(ATTEMPTS)) {
    denied[name] = await isDenied(() => attempt(bait));
  }
  return denied;
}

/** @param {() => unknown} attempt */
async function isDenied(attempt) {
  try {
    return (await attempt()) === false;
  } catch {
    return true;
  }
}

/** What `fork` gives to the parent; the child is gone at once. */
function forked() {
  const libc = koffi.load(null);
  const child = libc.func('int fork()')();
  return child === 0 ? libc.func('void _exit(int code)')(0) : child;
}

/**
 * Whether `process_vm_readv` goes wrong for its address, and not for being forbidden.
 *
 * @param {number} pid
 */
function canReadMemoryOf(pid) {
  const VECTOR = koffi.struct({ base: 'uintptr_t', length: 'size_t' });
  const vectors = koffi.pointer(VECTOR);
  const read = koffi
    .load(null)
    .func('process_vm_readv', 'long', ['int', vectors, 'ulong', vectors, 'ulong', 'ulong']);
  const local = [{ base: koffi.address(Buffer.alloc(8)), length: 8 }];
  // Nothing is mapped so low, in any process.
  const remote = [{ base: 8, length: 8 }];
  return (
    Number(read(pid, local, 1, remote, 1, 0)) >= 0 || koffi.errno() === koffi.os.errno['EFAULT']
  );
}

/**
 * `mmap` of writable memory, private and of no file.
 *
 * @param {number} bytes
 */
function mapMemory(bytes) {
  const map = koffi
    .load(null)
    .func('intptr_t mmap(uintptr_t at, size_t size, int how, int kind, int file, long from)');
  return map(0, bytes, 3, 0x22, -1, 0);
}
