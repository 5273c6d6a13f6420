import { type Arbitrary, array, assert, double, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { klLowerBound, massOf } from '../../src/metrics/kl.ts';

/** Log-probabilities over some tokens. */
const distribution = (size: number): Arbitrary<number[]> =>
  array(double({ min: -8, max: 8, noNaN: true }), { minLength: size, maxLength: size }).map(
    (logits) => {
      const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      return logits.map((logit) => logit - total);
    },
  );

const pair = integer({ min: 2, max: 40 }).chain((size) =>
  tuple(distribution(size), distribution(size)),
);

function fullKl(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, logP, index) => sum + Math.exp(logP) * (logP - (q[index] ?? 0)), 0);
}

test('over all tokens it is the divergence itself, by hand ln 2', () => {
  expect(klLowerBound([0], [Math.log(0.5)])).toBeCloseTo(Math.LN2, 5);
  const halves = [Math.log(0.5), Math.log(0.5)];
  const quarters = [Math.log(0.25), Math.log(0.75)];
  expect(klLowerBound(halves, quarters)).toBeCloseTo(0.5 * Math.log(4 / 3), 6);
});

test('a distribution diverges from itself by exactly 0', () => {
  assert(property(distribution(12), (p) => klLowerBound(p, p) === 0));
});

test('whatever is left out, it never exceeds the divergence and never falls below 0', () => {
  assert(
    property(pair, double({ min: 0, max: 1, noNaN: true }), ([p, q], share) => {
      const order = [...p.keys()].toSorted((one, other) => (p[other] ?? 0) - (p[one] ?? 0));
      const kept = order.slice(0, Math.ceil(share * p.length));
      const bound = klLowerBound(
        kept.map((index) => p[index] ?? 0),
        kept.map((index) => q[index] ?? 0),
      );
      expect(bound).toBeGreaterThanOrEqual(0);
      expect(bound).toBeLessThanOrEqual(fullKl(p, q) + 1e-5);
    }),
  );
});

test('the mass of a list is the sum of its probabilities', () => {
  expect(massOf([Math.log(0.25), Math.log(0.5)])).toBeCloseTo(0.75, 12);
  expect(massOf([])).toBe(0);
});
