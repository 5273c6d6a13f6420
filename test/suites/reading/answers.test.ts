import { afterAll, expect, test } from 'vitest';
import { findStop, stopFor } from '../../../src/engines/stop.ts';
import type { PromptStyle } from '../../../src/records/plan.ts';
import type { Task } from '../../../src/records/task.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { HUMANEVAL } from '../../../src/suites/humaneval/suite.ts';
import { humanevalTasks } from '../../fixtures/humaneval.ts';
import { answers } from './answers.ts';

const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'w',
  instruction: '{{prompt}}',
  answerPrefix: '',
};
const TASKS = new Map((await humanevalTasks()).map((task) => [task.taskId, task]));
const ANSWERS = answers();
const sandbox = await openPythonSandbox({ level: 'auto', env: process.env, workers: 1 });

afterAll(() => sandbox[Symbol.asyncDispose]());

function taskOf(taskId: string): Task {
  const task = TASKS.get(taskId);
  if (task === undefined) {
    throw new Error(taskId);
  }
  return task;
}

/** What an answer comes to, read and judged as a run does. */
async function worthOf(text: string, task: Task): Promise<string> {
  const extraction = await HUMANEVAL.extraction.extract({ text, task, style: CHAT }, sandbox);
  if (extraction.kind !== 'code') {
    return extraction.kind;
  }
  const { code, head } = extraction;
  const judgement = await sandbox.judge({ task, completion: code, head });
  if (judgement.kind === 'infrastructure') {
    return judgement.detail;
  }
  return judgement.outcome.kind === 'passed' ? 'passes' : 'fails';
}

test.each(ANSWERS)('$taskId $worth: $name', async ({ text, taskId, worth }) => {
  expect(await worthOf(text, taskOf(taskId))).toBe(worth);
});

test.each(ANSWERS)('cut where an engine stops it comes to the same: $name', async (answer) => {
  const { text, taskId, worth } = answer;
  const task = taskOf(taskId);
  const rule = stopFor(HUMANEVAL.extraction.stop(false), task.entryPoint);
  // What an engine is told by the template does not stand in the text.
  const isOpened = answer.name.includes('opened by the template');
  const stop = findStop(rule, text, isOpened ? { inThought: true } : {});
  expect(await worthOf(text.slice(0, stop?.length), task)).toBe(worth);
});
