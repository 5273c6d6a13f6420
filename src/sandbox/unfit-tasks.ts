import pMap from 'p-map';
import type { Task } from '../records/task.ts';
import type { Grader } from './grader.ts';

/** A task that this sandbox cannot judge, and why. */
export interface UnfitTask {
  readonly taskId: string;
  readonly reason: string;
}

/**
 * Runs each task's canonical solution and names the tasks whose own solution does not pass: a test
 * that hands a function to the completion, inspects it or expects its arguments to be changed
 * cannot be judged across two processes. Meant for data sets of one's own, before any completion is
 * judged.
 */
export async function findUnfitTasks(
  sandbox: Grader,
  tasks: readonly Task[],
): Promise<UnfitTask[]> {
  const found = await pMap(tasks, (task) => unfitness(sandbox, task), {
    concurrency: sandbox.workers,
  });
  return found.filter((task) => task !== undefined);
}

async function unfitness(sandbox: Grader, task: Task): Promise<UnfitTask | undefined> {
  const { taskId, canonicalSolution } = task;
  const judgement = await sandbox.judge({ task, completion: canonicalSolution });
  if (judgement.kind === 'infrastructure') {
    return { taskId, reason: judgement.detail };
  }
  return judgement.outcome.kind === 'passed'
    ? undefined
    : { taskId, reason: `its own solution fails: ${judgement.outcome.detail}` };
}
