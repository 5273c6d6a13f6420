import pMap from 'p-map';
import type { PromptStyle } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { Grader } from '../../sandbox/grader.ts';
import { extract } from './extract.ts';

/** A chat style whose wording does not matter: only answers are read. */
const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'self-test',
  instruction: '{{prompt}}',
  answerPrefix: '',
};

/** An answer whose verdict is known beforehand. */
interface KnownAnswer {
  readonly task: Task;
  readonly style: PromptStyle;
  readonly text: string;
  readonly passes: boolean;
}

/**
 * Sends answers of known worth through extraction and sandbox: the canonical solution as a raw body
 * and as a fenced one, and a wrong answer. Gives the tasks whose verdict was another, with what it
 * was; none is the only good outcome.
 */
export async function selfTest(tasks: readonly Task[], sandbox: Grader): Promise<string[]> {
  const wrong = await pMap(tasks.flatMap(knownAnswers), (known) => unexpected(known, sandbox), {
    concurrency: sandbox.workers,
  });
  return wrong.filter((text) => text !== undefined);
}

function knownAnswers(task: Task): KnownAnswer[] {
  const { canonicalSolution } = task;
  return [
    { task, style: { mode: 'raw' }, text: canonicalSolution, passes: true },
    { task, style: CHAT, text: `\`\`\`python\n${canonicalSolution}\n\`\`\``, passes: true },
    { task, style: { mode: 'raw' }, text: '    return None\n', passes: false },
  ];
}

async function unexpected(known: KnownAnswer, sandbox: Grader): Promise<string | undefined> {
  const { task, style, text, passes } = known;
  const extraction = extract(text, task, style);
  if (extraction.kind === 'no-code') {
    return `${task.taskId}: no code was found in a ${style.mode} answer`;
  }
  const judgement = await sandbox.judge({ task, completion: extraction.code });
  if (judgement.kind === 'infrastructure') {
    return `${task.taskId}: no verdict: ${judgement.detail}`;
  }
  const { outcome } = judgement;
  if ((outcome.kind === 'passed') === passes) {
    return undefined;
  }
  return passes && outcome.kind === 'failed'
    ? `${task.taskId}: its canonical solution failed (${outcome.cause}: ${outcome.detail})`
    : `${task.taskId}: an answer that returns nothing passed`;
}
