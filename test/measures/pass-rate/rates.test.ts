import { expect, test } from 'vitest';
import { passAtK } from '../../../src/measures/pass-rate/rates.ts';

test.each([
  [[], 'no task was judged'],
  [[{ samples: 1, passed: 1 }], 'a task has only 1 sample'],
  [
    [
      { samples: 3, passed: 1 },
      { samples: 2, passed: 0 },
    ],
    'a task has only 2 samples',
  ],
])('pass@5 over %j is not run, and says why', (counts, notRun) => {
  expect(passAtK(counts, 5)).toEqual({ notRun });
});

test('pass@k is a mean over tasks', () => {
  const counts = [
    { samples: 2, passed: 1 },
    { samples: 2, passed: 0 },
  ];
  expect(passAtK(counts, 2)).toMatchObject({ k: 2, tasks: 2, estimate: 0.5 });
});
