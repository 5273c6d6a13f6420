import type { Processor } from './processor.ts';
import type { Starved } from './worker-pool.ts';

/** On a machine that leaves a sample less than this part of a processor nothing is known of it. */
export const PATIENCE = 10;

/** Samples that take less are never looked at. */
const LOOK_MS = 250;
const SHORTEST_WAIT_MS = 20;

/** A sample has used its time up. */
interface Timeout {
  readonly kind: 'failed';
  readonly cause: 'timeout';
  readonly detail: string;
}

/**
 * The time of one sample, less what others took of it. A sample that is ready to run and is not let
 * run stands still; one that sleeps does not. Where /proc says nothing, nothing counts as taken: the
 * wall clock decides alone.
 */
export class Clock {
  readonly #processor: Processor;
  readonly #timeoutMs: number;
  readonly #start = performance.now();
  readonly #before: { readonly cpuMs: number; readonly waitedMs: number };
  #lostMs = 0;

  constructor(processor: Processor, timeoutMs: number) {
    this.#processor = processor;
    this.#timeoutMs = timeoutMs;
    this.#before = processor.look() ?? { cpuMs: 0, waitedMs: 0 };
  }

  /** Until somebody should look. */
  waitMs(): number {
    const left = this.#timeoutMs + this.#lostMs - this.#elapsedMs();
    return Math.min(LOOK_MS, Math.max(left, SHORTEST_WAIT_MS));
  }

  /** What became of the sample, once it has used its time up or cannot. */
  look(): Timeout | Starved | undefined {
    const usage = this.#processor.look();
    const elapsedMs = this.#elapsedMs();
    const cpuMs = usage === undefined ? 0 : usage.cpuMs - this.#before.cpuMs;
    const waitedMs = usage === undefined ? 0 : usage.waitedMs - this.#before.waitedMs;
    // Its threads take turns. Where one waited for another, the time is that one's.
    this.#lostMs = Math.max(this.#lostMs, Math.min(elapsedMs - cpuMs, waitedMs));
    if (elapsedMs >= PATIENCE * this.#timeoutMs) {
      const [cpu, elapsed] = [(cpuMs / 1_000).toFixed(1), (elapsedMs / 1_000).toFixed(0)];
      return { kind: 'starved', detail: `it had ${cpu} s of the processor in ${elapsed} s` };
    }
    return elapsedMs - this.#lostMs < this.#timeoutMs || usage?.standsStill === true
      ? undefined
      : { kind: 'failed', cause: 'timeout', detail: `over ${this.#timeoutMs / 1_000} s` };
  }

  #elapsedMs(): number {
    return performance.now() - this.#start;
  }
}
