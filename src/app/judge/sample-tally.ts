import { meanPassAtK, type PassAtK, type TaskCount } from '../../metrics/pass-at-k.ts';
import type { ResultLine } from '../../records/sample-line.ts';

/** Counts judged samples as they come: by task and by cause, so that no sample stays in memory. */
export class SampleTally {
  readonly #tasks = new Map<string, { samples: number; passed: number }>();
  readonly #causes = new Map<ResultLine['cause'], number>();

  add({ task_id: taskId, passed, cause }: ResultLine): void {
    this.#causes.set(cause, (this.#causes.get(cause) ?? 0) + 1);
    if (passed !== null) {
      const count = this.#tasks.get(taskId) ?? { samples: 0, passed: 0 };
      count.samples += 1;
      count.passed += Number(passed);
      this.#tasks.set(taskId, count);
    }
  }

  /** Samples by cause, in alphabetical order; `passed` is one of them. */
  get causes(): Readonly<Record<string, number>> {
    const entries = [...this.#causes].toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(entries);
  }

  /** Tasks with at least one verdict. */
  get tasks(): number {
    return this.#tasks.size;
  }

  /** pass@k over the tasks with a verdict; `undefined` unless each has at least `k`. */
  passAtK(k: number): PassAtK | undefined {
    return meanPassAtK([...this.#tasks.values()] satisfies TaskCount[], k);
  }

  /** The fewest verdicts that a task with any has; 0 where no task has one. */
  get fewestSamples(): number {
    const counts = [...this.#tasks.values()].map(({ samples }) => samples);
    return counts.length === 0 ? 0 : Math.min(...counts);
  }
}
