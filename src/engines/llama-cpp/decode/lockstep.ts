import type { CustomBatchingPrioritizationStrategy } from 'node-llama-cpp';

/**
 * Makes sequences take their steps together, so that each pass over the weights serves all of them.
 * Left alone they drift out of phase: a third of the speed, and completions that differ from run to
 * run.
 */
export class Lockstep {
  readonly #members: number;
  #waiting: (() => void)[] = [];

  /** `members`: how many sequences take part. */
  constructor(members: number) {
    this.#members = members;
  }

  /** Resolves when every member waits here. */
  arrive(): Promise<void> {
    const turn = new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
    if (this.#waiting.length === this.#members) {
      const released = this.#waiting;
      this.#waiting = [];
      for (const resume of released) {
        resume();
      }
    }
    return turn;
  }
}

/**
 * Fills a batch in ascending order of priority, which the caller makes the sequence's number:
 * llama.cpp joins only ascending consecutive sequences into one pass where each has a cache of its
 * own (`split_equal` with sequential ids).
 */
export const inSequenceOrder: CustomBatchingPrioritizationStrategy = ({ items, size }) => {
  let left = size;
  return items
    .toSorted((one, other) => one.evaluationPriority - other.evaluationPriority)
    .map((item) => {
      const processAmount = Math.min(item.tokens.length, left);
      left -= processAmount;
      return { item, processAmount };
    })
    .filter(({ processAmount }) => processAmount > 0);
};
