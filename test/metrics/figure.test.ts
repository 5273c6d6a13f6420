import { expect, test } from 'vitest';
import { figureOf } from '../../src/metrics/figure.ts';

test('a figure has n, mean, median, sample standard deviation and an interval around the median', () => {
  const figure = figureOf([4, 1, 3, 2, 100]);
  expect(figure).toMatchObject({ n: 5, mean: 22, median: 3, min: 1, max: 100 });
  expect(figure.sd).toBeCloseTo(43.618, 3);
  const [low, high] = figure.ci95 ?? [Number.NaN, Number.NaN];
  expect(low).toBeLessThan(3);
  expect(high).toBeGreaterThan(3);
});

test('a single value has no spread and no interval', () => {
  expect(figureOf([7])).toEqual({ n: 1, mean: 7, median: 7, ci95: null, min: 7, max: 7 });
});

test('the same values give the same interval', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  expect(figureOf(values)).toEqual(figureOf(values));
});

test('no values are an error and no figure', () => {
  expect(() => figureOf([])).toThrow(RangeError);
});
