import { counted } from '../records/counted.ts';
import { about } from '../options/message.ts';
import { taskOptions } from '../suites/options.ts';
import { usageError } from '../records/error.ts';
import { sha256Json } from '../records/hash.ts';
import type { TaskSample } from '../records/plan.ts';
import type { Task } from '../records/task.ts';

/**
 * Picks tasks of a data set. `selection` is the text of `--tasks`: positions (`7`), ranges of
 * positions with both ends in them (`0-9`) and task ids (`HumanEval/17`), joined by commas;
 * `undefined` picks all. `limit` then keeps the first so many, `sample` so many at random. The order is
 * the data set's and nothing comes twice. Throws a usage error for what does not exist.
 */
export function selectTasks(
  tasks: readonly Task[],
  { tasks: selection, limit, sample, seed }: TaskSelection,
): SelectedTasks {
  const wanted = selection === undefined ? undefined : positions(tasks, selection);
  const chosen = tasks.filter((_, index) => wanted === undefined || wanted.has(index));
  if (sample !== undefined) {
    const drawn = drawTasks(chosen, { sample, seed });
    return { tasks: drawn, sample: { seed, of: chosen.length } };
  }
  return { tasks: limit === undefined ? chosen : chosen.slice(0, limit) };
}

/** Which tasks options ask for. */
export interface TaskSelection {
  readonly tasks?: string | undefined;
  readonly limit?: number | undefined;
  readonly sample?: number | undefined;
  /** What the draw of `sample` starts from. */
  readonly seed: number;
}

/** Tasks, and how they were drawn where they are a random sample. */
export interface SelectedTasks {
  readonly tasks: Task[];
  readonly sample?: TaskSample;
}

/**
 * Draws tasks at random. A task's number in the draw is a hash of the seed and its id: the same on
 * every machine, in every suite that has the task, and a larger sample holds the smaller one.
 */
function drawTasks(
  tasks: readonly Task[],
  { sample, seed }: { readonly sample: number; readonly seed: number },
): Task[] {
  if (sample > tasks.length) {
    throw usageError(
      about`${taskOptions.sample} ${sample}: only ${counted(tasks.length, 'task is', 'tasks are')} there to draw from; ask for at most so many, or leave it out for all`,
    );
  }
  const drawn = tasks
    .map(({ taskId }) => ({ taskId, rank: sha256Json({ seed, task: taskId }) }))
    .toSorted((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, sample);
  const ids = new Set(drawn.map(({ taskId }) => taskId));
  return tasks.filter(({ taskId }) => ids.has(taskId));
}

function positions(tasks: readonly Task[], selection: string): Set<number> {
  const found = new Set<number>();
  for (const item of selection.split(',').map((text) => text.trim())) {
    for (const index of positionsOf(tasks, item)) {
      found.add(index);
    }
  }
  return found;
}

function positionsOf(tasks: readonly Task[], item: string): number[] {
  const byId = tasks.findIndex((task) => task.taskId === item);
  if (byId !== -1) {
    return [byId];
  }
  const range = /^(\d+)(?:-(\d+))?$/.exec(item);
  if (range === null) {
    throw usageError(
      about`${taskOptions.tasks}: no task '${item}'; name positions (0-9), or ids as ${tasks[0]?.taskId ?? 'in the data set'}`,
    );
  }
  const first = Number(range[1]);
  const last = Number(range[2] ?? range[1]);
  if (last < first || last >= tasks.length) {
    throw usageError(
      about`${taskOptions.tasks}: ${item} is not a range of this data set, whose tasks are 0 to ${tasks.length - 1}`,
    );
  }
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}
