import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { meanPassAtK, passAtK } from '../../src/metrics/pass-at-k.ts';
import { wilsonInterval } from '../../src/metrics/wilson.ts';

test.each([
  // By hand: 1 − C(n−c, k)/C(n, k).
  [{ samples: 5, passed: 2 }, 1, 2 / 5],
  [{ samples: 5, passed: 2 }, 2, 1 - 3 / 10],
  [{ samples: 10, passed: 3 }, 5, 1 - 21 / 252],
  [{ samples: 4, passed: 0 }, 3, 0],
  [{ samples: 4, passed: 2 }, 3, 1],
  [{ samples: 1, passed: 1 }, 1, 1],
])('%j: pass@%i is %d', (count, k, expected) => {
  expect(passAtK(count, k)).toBeCloseTo(expected, 12);
});

test.each([
  [{ samples: 2, passed: 1 }, 3],
  [{ samples: 2, passed: 3 }, 1],
  [{ samples: 2, passed: 1 }, 0],
])('%j has no pass@%i', (count, k) => {
  expect(() => passAtK(count, k)).toThrow(RangeError);
});

const count = fc
  .integer({ min: 10, max: 200 })
  .chain((samples) =>
    fc.record({ samples: fc.constant(samples), passed: fc.integer({ min: 0, max: samples }) }),
  );

test('pass@1 is the share that passed, and more tries never lower it', () => {
  fc.assert(
    fc.property(count, (task) => {
      expect(passAtK(task, 1)).toBeCloseTo(task.passed / task.samples, 10);
      expect(passAtK(task, 10)).toBeGreaterThanOrEqual(passAtK(task, 1) - 1e-12);
    }),
  );
});

test('with one sample a task the interval is Wilson’s', () => {
  const counts = [1, 0, 1, 1].map((passed) => ({ samples: 1, passed }));
  expect(meanPassAtK(counts, 1)).toEqual({
    k: 1,
    tasks: 4,
    estimate: 0.75,
    ci95: wilsonInterval(0.75, 4),
  });
});

test('without enough samples of every task there is no figure', () => {
  expect(
    meanPassAtK(
      [
        { samples: 10, passed: 1 },
        { samples: 9, passed: 1 },
      ],
      10,
    ),
  ).toBeUndefined();
  expect(meanPassAtK([], 1)).toBeUndefined();
});

test('the interval is never empty, holds the estimate, and is the same each time', () => {
  fc.assert(
    fc.property(fc.array(count, { minLength: 2, maxLength: 20 }), (counts) => {
      const result = meanPassAtK(counts, 5);
      const [low, high] = result?.ci95 ?? [Number.NaN, Number.NaN];
      expect(high).toBeGreaterThan(low);
      expect(result?.estimate).toBeGreaterThanOrEqual(low - 1e-9);
      expect(result?.estimate).toBeLessThanOrEqual(high + 1e-9);
      expect(meanPassAtK(counts, 5)).toEqual(result);
    }),
    { numRuns: 20 },
  );
});

test('tasks that all agree still leave doubt', () => {
  const counts = Array.from({ length: 10 }, () => ({ samples: 4, passed: 1 }));
  const { ci95, estimate } = meanPassAtK(counts, 1) ?? { ci95: [0, 0], estimate: 0 };
  expect(estimate).toBe(0.25);
  expect(ci95).toEqual(wilsonInterval(0.25, 10));
});
