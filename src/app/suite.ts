import { usageError } from '../records/error.ts';
import type { Task } from '../records/task.ts';
import { type SelectedTasks, selectTasks, type TaskSelection } from '../harness/tasks.ts';
import type { Grader } from '../sandbox/grader.ts';
import { findUnfitTasks, type UnfitTask } from '../sandbox/unfit-tasks.ts';
import { DEFAULT_SUITE, findSuite } from '../suites/index.ts';
import { loadTasks, type TaskSet } from '../suites/load.ts';
import type { Suite } from '../suites/suite.ts';
import { dataSources } from './data.ts';
import type { Host } from './host.ts';

/** How many tasks that cannot be judged are named in an error. */
const NAMED_TASKS = 5;

/** The suite that the options name, by default the table's. Throws a usage error for another name. */
export function chooseSuite({ suite }: { readonly suite?: string | undefined }): Suite {
  return suite === undefined ? DEFAULT_SUITE : findSuite(suite);
}

/**
 * Loads a suite and picks the tasks that the options name. Throws a usage error for tasks that are
 * not in it, and for tasks of the user's own that cannot be judged.
 */
export async function chooseTasks(
  suite: Suite,
  options: Parameters<typeof dataSources>[0] & TaskSelection,
  { grader, host }: { readonly grader: Grader; readonly host: Host },
): Promise<SelectedTasks & { readonly set: TaskSet }> {
  const set = await loadTasks(suite, dataSources(options, host));
  const selected = selectTasks(set.tasks, options);
  const unfit = await unfitAmong(set, { tasks: selected.tasks, grader });
  if (unfit.length > 0) {
    throw usageError(`${unfitText(set, unfit)}; correct them, or leave them out with --tasks`);
  }
  return { set, ...selected };
}

/** Tasks that the grader cannot judge. Those of our suites all can be, which tests show. */
export async function unfitAmong(
  { isOwn }: TaskSet,
  { tasks, grader }: { readonly tasks: readonly Task[]; readonly grader: Grader },
): Promise<UnfitTask[]> {
  return isOwn ? findUnfitTasks(grader, tasks) : [];
}

/** Says which tasks of a data set cannot be judged, as `own.jsonl: 2 of 9 tasks cannot be judged: …`. */
export function unfitText({ suite, tasks }: TaskSet, unfit: readonly UnfitTask[]): string {
  const named = unfit.slice(0, NAMED_TASKS).map(({ taskId, reason }) => `${taskId} (${reason})`);
  const more = unfit.length > NAMED_TASKS ? ` and ${unfit.length - NAMED_TASKS} more` : '';
  return `${suite.title}: ${unfit.length} of ${tasks.length} tasks cannot be judged: ${named.join('; ')}${more}`;
}
