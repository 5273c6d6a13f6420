import { array, assert, double, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { divergenceOf, type PairedUnit } from '../../src/metrics/divergence.ts';
import { perplexityOf } from '../../src/metrics/perplexity.ts';

const units = array(
  record({
    nlls: array(double({ min: 0, max: 12, noNaN: true }), { minLength: 1, maxLength: 20 }),
    bytes: integer({ min: 1, max: 90 }),
  }),
  { minLength: 2, maxLength: 12 },
);

test('micro weighs tokens alike, macro weighs rows alike', () => {
  const figures = perplexityOf([
    { nlls: [Math.log(2), Math.log(2), Math.log(2)], bytes: 6 },
    { nlls: [Math.log(8)], bytes: 3 },
  ]);
  expect(figures?.micro).toBeCloseTo(2 ** 1.5, 12);
  expect(figures?.macro).toBeCloseTo(5, 12);
  expect(figures?.tokens).toBe(4);
  expect(figures?.bitsPerByte).toBeCloseTo(6 / 9, 12);
});

test('a model that finds every token equally likely has the number of tokens as perplexity', () => {
  assert(
    property(integer({ min: 1, max: 1e6 }), integer({ min: 1, max: 50 }), (size, n) => {
      const figures = perplexityOf([
        { nlls: Array.from({ length: n }, () => Math.log(size)), bytes: 1 },
      ]);
      expect((figures?.micro ?? 0) / size).toBeCloseTo(1, 9);
    }),
  );
});

test('the order of rows changes nothing but rounding', () => {
  assert(
    property(units, (rows) => {
      const [one, other] = [perplexityOf(rows), perplexityOf(rows.toReversed())];
      expect((one?.micro ?? 0) / (other?.micro ?? 1)).toBeCloseTo(1, 9);
      expect((one?.bitsPerByte ?? 0) - (other?.bitsPerByte ?? 0)).toBeCloseTo(0, 9);
    }),
    { numRuns: 20 },
  );
});

test('the interval lies within the perplexities of single rows', () => {
  assert(
    property(units, (rows) => {
      const { ci95 } = perplexityOf(rows) ?? {};
      const single = rows.map((row) => perplexityOf([row])?.micro ?? Number.NaN);
      expect(ci95?.[0]).toBeGreaterThanOrEqual(Math.min(...single) * (1 - 1e-9));
      expect(ci95?.[1]).toBeLessThanOrEqual(Math.max(...single) * (1 + 1e-9));
    }),
    { numRuns: 20 },
  );
});

test('a single row has no interval, rows without a scored token count for nothing', () => {
  const figures = perplexityOf([
    { nlls: [1, 2], bytes: 4 },
    { nlls: [], bytes: 0 },
  ]);
  expect(figures).toMatchObject({ tokens: 2, ci95: null, macro: Math.exp(1.5) });
});

test('no token at all is not a figure', () => {
  expect(perplexityOf([])).toBeUndefined();
  expect(perplexityOf([{ nlls: [], bytes: 0 }])).toBeUndefined();
  expect(divergenceOf([])).toBeUndefined();
});

function pairUnit(changes: Partial<PairedUnit> = {}): PairedUnit {
  return {
    nlls: [1, 2, 3],
    referenceNlls: [1, 1, 1],
    likeliest: [7, 8, 9],
    referenceLikeliest: [7, 8, 0],
    ...changes,
  };
}

test('a model is compared with the reference token by token', () => {
  const divergence = divergenceOf([
    pairUnit({ kl: { values: [0, 0.1, 0.2], coverage: 0.9 } }),
    pairUnit({ nlls: [1, 1, 1], kl: { values: [0, 0, 0.3], coverage: 0.8 } }),
  ]);
  expect(divergence?.tokens).toBe(6);
  expect(divergence?.nllDifference.estimate).toBeCloseTo(0.5, 12);
  expect(divergence?.nllDifference.ci95?.[0]).toBeCloseTo(0, 12);
  expect(divergence?.nllDifference.ci95?.[1]).toBeCloseTo(1, 12);
  expect(divergence?.top1Agreement.estimate).toBeCloseTo(4 / 6, 12);
  expect(divergence?.kl?.mean).toBeCloseTo(0.1, 12);
  expect(divergence?.kl?.median).toBeCloseTo(0.05, 12);
  expect(divergence?.kl?.max).toBe(0.3);
  expect(divergence?.kl?.coverage).toBeCloseTo(0.85, 12);
});

test('agreement on every token still leaves a share below 1 possible', () => {
  const same = pairUnit({ referenceLikeliest: [7, 8, 9] });
  const { top1Agreement } = divergenceOf([same, same, same]) ?? {};
  expect(top1Agreement?.estimate).toBe(1);
  expect(top1Agreement?.ci95?.[0]).toBeLessThan(0.5);
  expect(top1Agreement?.ci95?.[1]).toBe(1);
});

test('without a divergence for every unit there is none', () => {
  const some = [pairUnit({ kl: { values: [0, 0, 0], coverage: 1 } }), pairUnit()];
  expect(divergenceOf(some)?.kl).toBeUndefined();
});

test('units of different lengths are no pair', () => {
  expect(() => divergenceOf([pairUnit({ referenceNlls: [1] })])).toThrow(RangeError);
});
