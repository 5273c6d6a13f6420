import pMap from 'p-map';
import type { Task } from '../records/task.ts';
import type { Grader } from '../sandbox/grader.ts';
import type { KnownCompletion, Suite } from './suite.ts';

interface Known {
  readonly task: Task;
  readonly completion: KnownCompletion;
}

/**
 * Sends completions of known worth through a suite's extraction and its grader. Gives the tasks whose
 * verdict was another, with what it was; none is the only good outcome.
 */
export async function selfTest(
  suite: Suite,
  tasks: readonly Task[],
  grader: Grader,
): Promise<string[]> {
  const known = tasks.flatMap((task) =>
    suite.knownCompletions(task).map((completion) => ({ task, completion })),
  );
  const wrong = await pMap(known, (one) => unexpected(one, suite, grader), {
    concurrency: grader.workers,
  });
  return wrong.filter((text) => text !== undefined);
}

async function unexpected(
  { task, completion: { text, style, passes } }: Known,
  suite: Suite,
  grader: Grader,
): Promise<string | undefined> {
  const extraction = await suite.extraction.extract({ text, task, style }, grader);
  if (extraction.kind !== 'code') {
    return `${task.taskId}: no code was found in a ${style.mode} completion`;
  }
  const { code, head } = extraction;
  const judgement = await grader.judge({ task, completion: code, head });
  if (judgement.kind === 'infrastructure') {
    return `${task.taskId}: no verdict: ${judgement.detail}`;
  }
  const { outcome } = judgement;
  if ((outcome.kind === 'passed') === passes) {
    return undefined;
  }
  return passes && outcome.kind === 'failed'
    ? `${task.taskId}: its canonical solution failed (${outcome.cause}: ${outcome.detail})`
    : `${task.taskId}: a wrong completion passed`;
}
