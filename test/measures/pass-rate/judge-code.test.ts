import { expect, test } from 'vitest';
import { codeJudge } from '../../../src/measures/pass-rate/judge-code.ts';
import type { Judgement, Sample } from '../../../src/sandbox/grader.ts';
import { TASKS } from '../../fixtures/run.ts';

const [FIRST, SECOND] = TASKS;

function setUp(judgement: Judgement = { kind: 'verdict', outcome: { kind: 'passed' } }) {
  const judged: string[] = [];
  const judge = codeJudge({
    sandbox: {
      judge: ({ task, completion, head = '', isTestPinned }: Sample) => {
        expect(isTestPinned).toBe(true);
        judged.push(`${task.taskId} ${head}${completion}`);
        return Promise.resolve(judgement);
      },
    },
    header: { testSeed: 'a' },
    suite: { isPinned: true },
  });
  const ask = (code: string, task = FIRST, head?: string) => {
    if (task === undefined) {
      throw new Error('no task');
    }
    return judge({ kind: 'code', code, ...(head === undefined ? {} : { head }) }, task);
  };
  return { ask, judged };
}

test('the same code of a task is judged once, also where both are asked at once', async () => {
  const { ask, judged } = setUp();
  const [first, again] = await Promise.all([ask('return 1'), ask('return 1')]);
  await ask('return 1', SECOND);
  await ask('return 1', FIRST, 'import math\n');
  await ask('return 2');
  expect(judged).toHaveLength(4);
  expect(first).toMatchObject({ found: { outcome: { kind: 'passed' }, code: 'return 1' } });
  expect(first).toHaveProperty('found.judgingMs');
  // What did not run has no time.
  expect(again).not.toHaveProperty('found.judgingMs');
});

test('a failure of the machine is no verdict on the next sample of the same code', async () => {
  const { ask, judged } = setUp({ kind: 'infrastructure', fault: 'machine', detail: 'no process' });
  for (let count = 0; count < 2; count += 1) {
    expect(await ask('return 1')).toEqual({ kind: 'incident', detail: 'no process' });
  }
  expect(judged).toHaveLength(2);
});
