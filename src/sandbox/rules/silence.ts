import { readFileSync } from 'node:fs';

/** How many times as long by the clock a process may be silent: on a busy machine it hardly gets to run. */
const CLOCK_FACTOR = 10;

/** What Linux counts processor time in, whatever the kernel's own ticks are (`USER_HZ`). */
const TICK_MS = 10;

/** Measures for how long a process has said nothing, by the processor time that it used meanwhile. */
export class Silence {
  readonly #limitMs: number;
  readonly #cpuMs: () => number | undefined;
  #cpuAtStart: number | undefined;
  #start = performance.now();

  /** `cpuMs`: processor time that the process has used; `undefined`: it cannot be told. */
  constructor(limitMs: number, cpuMs: () => number | undefined) {
    this.#limitMs = limitMs;
    this.#cpuMs = cpuMs;
    this.#cpuAtStart = cpuMs();
  }

  /** The process has said something. */
  end(): void {
    this.#start = performance.now();
    this.#cpuAtStart = this.#cpuMs();
  }

  isTooLong(): boolean {
    const now = this.#cpuMs();
    const elapsedMs = performance.now() - this.#start;
    return now === undefined || this.#cpuAtStart === undefined
      ? elapsedMs > this.#limitMs
      : now - this.#cpuAtStart > this.#limitMs || elapsedMs > CLOCK_FACTOR * this.#limitMs;
  }
}

/** Processor time that a process has used, in milliseconds; `undefined` but on Linux. */
export function cpuMsOf(pid: number | undefined): number | undefined {
  try {
    // Behind the command's name, in parentheses, that may hold anything: see proc_pid_stat(5).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isNaN(ticks) ? undefined : ticks * TICK_MS;
  } catch {
    return undefined;
  }
}
