import { readdirSync, readFileSync } from 'node:fs';

/*
 * How much of the processor a sample's process had, and how much others took from it. Read in /proc
 * from outside: nothing that a sample says of itself counts.
 */

const NANOSECONDS_PER_MS = 1e6;

/** Of a thread up to now, in milliseconds. */
interface Times {
  readonly cpuMs: number;
  /** Ready to run, while others ran. The kernel counts a wait once it has ended. */
  readonly waitedMs: number;
}

/** Of a process up to now, in milliseconds. */
export interface Usage extends Times {
  /** A thread waits for its turn and has not run since the last look. */
  readonly standsStill: boolean;
}

/** Looks at one process, again and again. */
export class Processor {
  readonly #tasks: string;
  /** Threads that have ended stay counted. */
  readonly #threads = new Map<string, Times>();

  /** `started`: the process, or what runs before it and has it as its only descendant. */
  constructor(started: number) {
    this.#tasks = `/proc/${youngestDescendant(started)}/task`;
  }

  /** What it had until now; `undefined`: it has ended, or /proc does not say. */
  look(): Usage | undefined {
    const threads = readThreads(this.#tasks);
    let standsStill = false;
    for (const { thread, isRunnable, ...times } of threads) {
      standsStill ||= isRunnable && times.cpuMs === this.#threads.get(thread)?.cpuMs;
      this.#threads.set(thread, times);
    }
    const all = [...this.#threads.values()];
    return threads.length === 0
      ? undefined
      : {
          cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
          waitedMs: all.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
          standsStill,
        };
  }
}

/** The end of a line of only children, as bubblewrap puts two of its own before a program. */
function youngestDescendant(pid: number): number {
  const [child] = readWords(`/proc/${pid}/task/${pid}/children`) ?? [];
  return child === undefined ? pid : youngestDescendant(Number(child));
}

function readThreads(tasks: string) {
  try {
    return readdirSync(tasks).flatMap((thread) => readThread(thread, `${tasks}/${thread}`));
  } catch {
    return []; // it ended, or there is no /proc
  }
}

function readThread(thread: string, folder: string) {
  const [cpu, waited] = readWords(`${folder}/schedstat`)?.map(Number) ?? [];
  // The name before the state may hold anything.
  const state = readWords(`${folder}/stat`, (text) => text.slice(text.lastIndexOf(')') + 1))?.[0];
  return cpu === undefined || waited === undefined
    ? []
    : {
        thread,
        cpuMs: cpu / NANOSECONDS_PER_MS,
        waitedMs: waited / NANOSECONDS_PER_MS,
        isRunnable: state === 'R',
      };
}

/** `undefined`: it ended meanwhile, or /proc does not say. */
function readWords(path: string, part = (text: string) => text): string[] | undefined {
  try {
    return part(readFileSync(path, 'utf8')).split(/\s+/).filter(Boolean);
  } catch {
    return undefined;
  }
}
