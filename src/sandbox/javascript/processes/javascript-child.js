// @ts-check
import { openSync, readFileSync, readSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { judge } from './judge.js';
import { openRoom } from './room.js';

/*
 * The process of one sample: it confines itself, judges the sample in two isolates, says what became
 * of it, and is thrown away. Isolates run on threads beside this one, which can therefore watch them.
 */

/** A thread that fills memory takes about this long for 40 MB. */
const WATCH_MS = 20;
const PAGE_BYTES = 4_096;
const OUT_OF_MEMORY_CODE = 97;

const onLinux = process.platform === 'linux' ? await import('./confine.js') : undefined;
const exitNow = onLinux?.exitNow ?? exitByForce;
const lines = createInterface({ input: process.stdin });
lines.on('close', () => exitNow(0));
// Node opens it when it is first asked for, which is too late after the walls are up.
const { stdout } = process;
const incoming = lines[Symbol.asyncIterator]();

/** @type {import('../messages.ts').Terms} */
const terms = await nextLine();
const room = await openRoom(terms, outOfMemory);
const attempts = terms.willProbe ? await import('./attempts.js') : undefined;
const residentBytes = openMemory();
onLinux?.confine(terms, mappedBytes());
watchMemory();
await say({ kind: 'ready' });
await say(await answer(await nextLine()));
exitNow(0);

/**
 * @param {import('../messages.ts').Job} job
 * @returns {Promise<import('../messages.ts').Report>}
 */
async function answer(job) {
  switch (job.kind) {
    case 'sample':
      return judge(job, room);
    case 'probe':
      return { kind: 'denials', denied: (await attempts?.tryEverything(job.bait)) ?? {} };
    case 'describe': {
      const { node, v8 } = process.versions;
      return { kind: 'description', node, v8, files: onLinux === undefined ? [] : loadedFiles() };
    }
  }
}

/** @returns {Promise<any>} */
async function nextLine() {
  const { value, done } = await incoming.next();
  return done === true ? exitNow(0) : JSON.parse(value);
}

/**
 * @param {import('../messages.ts').Report} report
 * @returns {Promise<void>}
 */
function say(report) {
  return new Promise((resolve) => {
    stdout.write(`${JSON.stringify(report)}\n`, () => resolve());
  });
}

function outOfMemory() {
  exitNow(OUT_OF_MEMORY_CODE);
}

/**
 * Not an orderly exit: isolates may be running.
 *
 * @param {number} _code
 * @returns {never}
 */
function exitByForce(_code) {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process goes on after its end');
}

/**
 * Gives what reads the memory in use; on Linux from a file that stays open, since none can be opened
 * later.
 *
 * @returns {() => number}
 */
function openMemory() {
  if (onLinux === undefined) {
    return () => process.memoryUsage.rss();
  }
  const descriptor = openSync('/proc/self/statm', 'r');
  const text = Buffer.alloc(200);
  return () => {
    const size = readSync(descriptor, text, 0, text.length, 0);
    return Number(text.toString('latin1', 0, size).split(' ')[1]) * PAGE_BYTES;
  };
}

/** Writable memory that is mapped, which is what the limit counts. */
function mappedBytes() {
  const status = readFileSync('/proc/self/status', 'latin1');
  return Number(/^VmData:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

function watchMemory() {
  const most = residentBytes() + 2 * terms.memoryBytes;
  setInterval(() => {
    if (residentBytes() > most) {
      outOfMemory();
    }
  }, WATCH_MS);
}

/** The program, libraries and addons that are mapped. */
function loadedFiles() {
  const maps = readFileSync('/proc/self/maps', 'latin1').split('\n');
  const paths = maps.map((line) => line.slice(73).trim()).filter((path) => path.startsWith('/'));
  return [...new Set(paths)];
}
