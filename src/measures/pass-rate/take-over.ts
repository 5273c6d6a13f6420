import type { Completion } from '../../records/completion.ts';
import type { Task } from '../../records/task.ts';
import type { RunStore } from '../../store/run-store.ts';
import { completionsOf } from '../completions.ts';

/** What another suite of the same command has generated. */
export interface Generated {
  readonly suite: string;
  /** By key. */
  readonly completions: ReadonlyMap<string, Completion>;
}

/**
 * Takes over what other suites have asked in the same words: a completion's key says all that decides
 * it. No token is generated for it again.
 */
export function takeOver(
  others: readonly Generated[],
  { store, tasks }: { readonly store: RunStore; readonly tasks: readonly Task[] },
): void {
  for (const cell of store.header.plan.cells) {
    for (const { key, task, sample } of completionsOf(cell, tasks)) {
      const from = others.find(({ completions }) => completions.has(key));
      const found = from?.completions.get(key);
      if (from !== undefined && found !== undefined && !store.completions.has(key)) {
        store.addCompletion({
          ...found,
          cell: cell.id,
          taskId: task.taskId,
          sample,
          takenFrom: found.takenFrom ?? from.suite,
        });
      }
    }
  }
}
