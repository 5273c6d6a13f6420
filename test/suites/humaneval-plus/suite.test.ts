import { afterAll, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { fileCache } from '../../fixtures/file-cache.ts';
import { DATA_CACHE } from '../../fixtures/suite-data.ts';
import { humanevalPlusTasks } from '../../fixtures/humaneval.ts';
import { mutantsOf } from '../../sandbox/python/mutations.ts';

const TASKS = await humanevalPlusTasks();
const sandbox = await openPythonSandbox({
  level: 'auto',
  env: process.env,
  cache: fileCache(DATA_CACHE),
});

afterAll(() => sandbox[Symbol.asyncDispose]());

test('a task has its inputs as they stand in the data', () => {
  expect(TASKS).toHaveLength(164);
  expect(TASKS[32]?.test).toMatchObject({
    kind: 'inputs',
    atol: 1e-4,
    comparison: 'polynomial-root',
  });
  expect(TASKS[53]?.test).toMatchObject({ kind: 'inputs', atol: 0, comparison: 'close' });
  // Beyond 2^53, where JSON.parse would round.
  expect(JSON.stringify(TASKS[53]?.test)).toContain('123456789098765432101234567890');
});

/** Verdicts of EvalPlus 0.3.1 on mutants of canonical solutions, base before plus. */
const KNOWN = [
  [0, 'less or equal for less', 'passed, failed'],
  [3, 'less or equal for less', 'failed, failed'],
  [20, 'less or equal for less', 'passed, failed'],
  [35, 'iterates the answer', 'failed, failed'],
  [44, 'answers a string', 'passed, passed'],
  [53, 'minus for plus', 'failed, failed'],
  [71, 'answers nothing', 'failed, failed'],
  [45, 'prints', 'passed, passed'],
] as const;

test.each(KNOWN)('the mutant of task %i by %s: %s', async (number, name, expected) => {
  const task = TASKS[number];
  const mutant = mutantsOf(task?.canonicalSolution ?? '').find((each) => each.name === name);
  if (task === undefined || mutant === undefined) {
    throw new Error('no such mutant');
  }
  const judgement = await sandbox.judge({ task, completion: mutant.text });
  const parts = judgement.kind === 'verdict' ? judgement.parts : undefined;
  expect(`${parts?.['base']?.kind}, ${parts?.['plus']?.kind}`).toBe(expected);
});
