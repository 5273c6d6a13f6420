import { about } from '../options/message.ts';
import { taskOptions } from '../suites/options.ts';
import { usageError } from '../records/error.ts';
import type { Task } from '../records/task.ts';

/**
 * Picks tasks of a data set. `selection` is the text of `--tasks`: positions (`7`), ranges of
 * positions with both ends in them (`0-9`) and task ids (`HumanEval/17`), joined by commas;
 * `undefined` picks all. `limit` then keeps the first so many. The order is the data set's and
 * nothing comes twice. Throws a usage error for what does not exist.
 */
export function selectTasks(
  tasks: readonly Task[],
  selection: string | undefined,
  limit: number | undefined,
): Task[] {
  const wanted = selection === undefined ? undefined : positions(tasks, selection);
  const chosen = tasks.filter((_, index) => wanted === undefined || wanted.has(index));
  return limit === undefined ? chosen : chosen.slice(0, limit);
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
