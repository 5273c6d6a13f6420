import pMap from 'p-map';
import type { Task } from '../records/task.ts';
import type { Grader } from '../sandbox/grader.ts';
import type { UnfitTask } from '../sandbox/unfit-tasks.ts';
import type { KnownCompletion, SuiteRules } from './suite.ts';

interface Known {
  readonly task: Task;
  readonly completion: KnownCompletion;
}

/**
 * Sends completions of known worth through a suite's extraction and its grader. Gives each verdict
 * that was another with its task; none is the only good outcome.
 */
export async function selfTest(
  suite: SuiteRules,
  tasks: readonly Task[],
  grader: Grader,
): Promise<UnfitTask[]> {
  const known = tasks.flatMap((task) =>
    suite.knownCompletions(task).map((completion) => ({ task, completion })),
  );
  const wrong = await pMap(known, (one) => unexpected(one, suite, grader), {
    concurrency: grader.workers,
  });
  return wrong.filter((found) => found !== undefined);
}

async function unexpected(
  { task, completion }: Known,
  suite: SuiteRules,
  grader: Grader,
): Promise<UnfitTask | undefined> {
  const reason = await complaint({ task, completion }, suite, grader);
  return reason === undefined ? undefined : { taskId: task.taskId, reason };
}

async function complaint(
  { task, completion: { name = 'a wrong completion', text, style, passes } }: Known,
  suite: SuiteRules,
  grader: Grader,
): Promise<string | undefined> {
  const extraction = await suite.extraction.extract({ text, task, style }, grader);
  if (extraction.kind !== 'code') {
    return `no code was found in a ${style.mode} completion`;
  }
  const { code, head } = extraction;
  const judgement = await grader.judge({ task, completion: code, head });
  if (judgement.kind === 'infrastructure') {
    return `no verdict: ${judgement.detail}`;
  }
  const { outcome } = judgement;
  if ((outcome.kind === 'passed') === passes) {
    return undefined;
  }
  return passes && outcome.kind === 'failed'
    ? `its canonical solution fails (${outcome.cause}: ${outcome.detail})`
    : `${name} passes its test`;
}
