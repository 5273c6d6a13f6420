import { expect, test } from 'vitest';
import { openHighest } from '../../../src/sandbox/common/levels.ts';
import { WorkerDied } from '../../../src/sandbox/common/worker-pool.ts';

const WORDS = { remedy: 'x', accepted: 'y' };

/** A level whose worker dies so many times before one lives. */
function dying(times: number) {
  let left = times;
  return (level: string) => {
    if (level === 'L3' && left > 0) {
      left -= 1;
      return Promise.reject(new WorkerDied('killed'));
    }
    return Promise.resolve({
      worker: { [Symbol.asyncDispose]: () => Promise.resolve() },
      denials: [],
    });
  };
}

test('a worker that died once lowers no level', async () => {
  const { level, missed } = await openHighest('auto', dying(1), WORDS);
  expect([level, missed]).toEqual(['L3', []]);
});

test('one that dies each time does, and the reason is kept', async () => {
  const { level, missed } = await openHighest('auto', dying(2), WORDS);
  expect([level, missed]).toEqual(['L2', ['L3: killed']]);
});
