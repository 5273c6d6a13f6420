import { sha256Json } from '../records/hash.ts';
import { modeOfCell } from '../modes/index.ts';
import { completionKey } from '../records/keys.ts';
import type { CellPlan } from '../records/plan.ts';
import { samplesOf } from '../records/decode.ts';
import type { Task } from '../records/task.ts';

/** A completion that a plan asks for: a task, and which of its samples. */
export interface Wanted {
  readonly task: Task;
  /** From 0; always 0 where the mode draws nothing. */
  readonly sample: number;
  /** Of the completion. */
  readonly key: string;
}

/** All completions that a plan asks of a cell, the samples of a task side by side. */
export function completionsOf(cell: CellPlan, tasks: readonly Task[]): Wanted[] {
  const samples = samplesOf(cell);
  return tasks.flatMap((task) =>
    Array.from({ length: samples }, (_, sample) => ({
      task,
      sample,
      key: completionKey(cell, task, sample),
    })),
  );
}

/** The largest seed that the engine takes is one less. */
const SEEDS = 2 ** 32 - 1;

/**
 * The seed that a completion is drawn with: the cell's, its task's and its number's hash, so that no two
 * completions share their draws and each has the same ones in every run.
 */
export function seedOf(cell: CellPlan, { task, sample }: Pick<Wanted, 'task' | 'sample'>): number {
  if (!modeOfCell(cell).draws) {
    return cell.seed;
  }
  const hash = sha256Json({ seed: cell.seed, task: task.taskId, sample });
  return Number.parseInt(hash.slice(0, 12), 16) % SEEDS;
}
