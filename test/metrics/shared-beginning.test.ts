import { expect, test } from 'vitest';
import { sharedBeginning, sharedBeginnings } from '../../src/metrics/shared-beginning.ts';

test('two completions share what stands before their first difference', () => {
  expect(sharedBeginning([1, 2, 3, 4], [1, 2, 9, 4])).toEqual({
    of: 4,
    shared: 2,
    isIdentical: false,
  });
  expect(sharedBeginning([1, 2], [1, 2, 3])).toEqual({ of: 2, shared: 2, isIdentical: false });
  expect(sharedBeginning([1, 2], [1])).toEqual({ of: 2, shared: 1, isIdentical: false });
  expect(sharedBeginning([1, 2], [1, 2])).toEqual({ of: 2, shared: 2, isIdentical: true });
});

test('over tasks: how many are the same, the share before the first difference, and where it comes', () => {
  const tasks = [
    { of: 10, shared: 10, isIdentical: true },
    { of: 20, shared: 5, isIdentical: false },
    { of: 10, shared: 9, isIdentical: false },
  ];
  const { identical, shared, first } = sharedBeginnings(tasks);
  expect(identical).toBe(1);
  expect(shared.estimate).toBe(24 / 40);
  expect(shared.ci95?.[0]).toBeGreaterThanOrEqual(0.25);
  expect(shared.ci95?.[1]).toBeLessThanOrEqual(1);
  expect(first).toEqual({ least: 5, median: 7, most: 9 });
});

test('one task has no interval, and completions without a token agree', () => {
  const empty = { of: 0, shared: 0, isIdentical: true };
  expect(sharedBeginnings([empty])).toEqual({
    identical: 1,
    shared: { n: 1, estimate: 1, ci95: null },
  });
});
