import pMap from 'p-map';
import { afterAll, expect, test } from 'vitest';
import type { PromptStyle } from '../../../src/records/plan.ts';
import type { Task } from '../../../src/records/task.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { HUMANEVAL } from '../../../src/suites/humaneval/suite.ts';
import { humanevalTasks } from '../../fixtures/humaneval.ts';

const TASKS = await humanevalTasks();
const RAW: PromptStyle = { mode: 'raw' };
const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'w',
  instruction: '{{prompt}}',
  answerPrefix: '',
};
const sandbox = await openPythonSandbox({ level: 'auto', env: process.env });

afterAll(() => sandbox[Symbol.asyncDispose]());

/** Ids of the tasks whose answer passes, through extraction, program and sandbox. */
async function passing(answer: (task: Task) => string, style: PromptStyle): Promise<string[]> {
  const passed = await pMap(
    TASKS,
    async (task) => {
      const completion = { text: answer(task), task, style };
      const extraction = await HUMANEVAL.extraction.extract(completion, sandbox);
      if (extraction.kind !== 'code') {
        return [];
      }
      const { code, head } = extraction;
      const judgement = await sandbox.judge({ task, completion: code, head });
      if (judgement.kind === 'infrastructure') {
        throw new Error(judgement.detail);
      }
      return judgement.outcome.kind === 'passed' ? [task.taskId] : [];
    },
    { concurrency: sandbox.workers },
  );
  return passed.flat();
}

const fenced = (code: string): string => `Here you are:\n\n\`\`\`python\n${code}\n\`\`\`\n\nDone.`;

/** The function alone, as chat models repeat it: without the prompt's imports and helpers. */
function wholeFunction(task: Task): string {
  const start = task.prompt.lastIndexOf(`def ${task.entryPoint}(`);
  return task.prompt.slice(start) + task.canonicalSolution;
}

test('the data set has its 164 tasks', () => {
  expect(TASKS).toHaveLength(164);
});

test.each<[string, (task: Task) => string, PromptStyle]>([
  ['raw bodies', (task) => task.canonicalSolution, RAW],
  ['fenced whole functions', (task) => fenced(wholeFunction(task)), CHAT],
  ['fenced programs', (task) => fenced(task.prompt + task.canonicalSolution), CHAT],
  ['fenced bodies', (task) => fenced(task.canonicalSolution), CHAT],
  [
    'fenced bodies without their first indentation',
    (task) => fenced(task.canonicalSolution.trim()),
    CHAT,
  ],
])('all 164 canonical answers pass as %s', async (_, answer, style) => {
  expect(await passing(answer, style)).toEqual(TASKS.map((task) => task.taskId));
});

test.each<[string, (task: Task) => string, PromptStyle]>([
  ['raw, stripped on the left', (task) => task.canonicalSolution.trimStart(), RAW],
  ['raw, that return nothing', () => '    return None\n', RAW],
  ['empty', () => '', RAW],
  [
    'fenced, of another name',
    (task) => fenced(wholeFunction(task).replace(task.entryPoint, 'other')),
    CHAT,
  ],
  [
    'fenced, that raise',
    (task) => fenced(`def ${task.entryPoint}(*args):\n    raise ValueError`),
    CHAT,
  ],
])('no answer passes that is wrong: %s', async (_, answer, style) => {
  expect(await passing(answer, style)).toEqual([]);
});
