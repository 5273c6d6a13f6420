import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wilson } from '../../src/metrics/wilson.ts';

// Published: Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
// Medicine 17 (1998), table I, method 3 (score, no continuity correction).
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])('%i of %i has the interval that Newcombe prints', (passed, total, low, high) => {
  const { ci95 } = wilson(passed, total);
  expect(ci95?.[0]).toBeCloseTo(low, 4);
  expect(ci95?.[1]).toBeCloseTo(high, 4);
});

test('0 of 0 is not a figure', () => {
  expect(wilson(0, 0)).toEqual({ passed: 0, total: 0, estimate: null, ci95: null });
});

test.each([
  [2, 1],
  [-1, 3],
  [0.5, 3],
  [Number.NaN, 3],
])('%d of %d is refused', (passed, total) => {
  expect(() => wilson(passed, total)).toThrow(RangeError);
});

test('the interval is never empty, lies in [0, 1] and holds the estimate', () => {
  const counts = fc
    .integer({ min: 1, max: 20_000 })
    .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
  fc.assert(
    fc.property(counts, ([passed, total]) => {
      const { estimate, ci95 } = wilson(passed, total);
      const [low, high] = ci95 ?? [Number.NaN, Number.NaN];
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(high - low).toBeGreaterThan(0);
      expect(estimate).toBeGreaterThanOrEqual(low);
      expect(estimate).toBeLessThanOrEqual(high);
    }),
  );
});
