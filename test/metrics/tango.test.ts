import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { tangoBounds } from '../../src/metrics/tango.ts';
import { PAIRED } from '../fixtures/statistics/paired.ts';

test.each([
  [0, 0, 1.62],
  [1, 1, 2.14],
  [11, 11, 4.9],
])(
  'of 164 tasks with %i lost and %i gained the upper bound is %f points',
  (lost, gained, points) => {
    const { upper } = tangoBounds({ pairs: 164, lost, gained }, 0.95);
    expect(upper * 100).toBeCloseTo(points, 2);
  },
);

// Tango 1998, crossover trial of lens disinfection; Newcombe 1998 (Stat. Med. 17, 2635), 12 and 2 of
// 50; Fagerland, Lydersen and Laake 2014 (Stat. Med. 33, 2850), airway hyper-responsiveness.
test.each([
  [0, 1, 44, -0.118, 0.059, 3],
  [12, 2, 50, 0.0611, 0.3447, 4],
  [1, 7, 21, -0.517, -0.026, 3],
])(
  'the published 95 %% interval of %i and %i of %i comes out',
  (lost, gained, pairs, low, high, digits) => {
    const bounds = tangoBounds({ pairs, lost, gained }, 0.975);
    expect(bounds.lower).toBeCloseTo(low, digits);
    expect(bounds.upper).toBeCloseTo(high, digits);
  },
);

test('the bounds are those of a numerical maximisation of the likelihood', () => {
  for (const { confidence, lower, upper, ...counts } of PAIRED.tango) {
    const bounds = tangoBounds(counts, confidence);
    expect(bounds.lower).toBeCloseTo(lower, 6);
    expect(bounds.upper).toBeCloseTo(upper, 6);
  }
});

test('without flips the bound is z²/(n + z²)', () => {
  const z2 = 1.6448536269514722 ** 2;
  for (const pairs of [1, 2, 10, 164, 10_000]) {
    expect(tangoBounds({ pairs, lost: 0, gained: 0 }, 0.95).upper).toBeCloseTo(
      z2 / (pairs + z2),
      9,
    );
  }
});

/** Counts with room for one flip more. */
const roomyCounts = fc
  .record({ lost: fc.nat(60), gained: fc.nat(60), rest: fc.integer({ min: 1, max: 400 }) })
  .map(({ lost, gained, rest }) => ({ pairs: lost + gained + rest, lost, gained }));

const confidences = fc.double({ min: 0.6, max: 0.999, noNaN: true });

test('an interval has never zero width, holds the estimate and stays within -1 and 1', () => {
  fc.assert(
    fc.property(roomyCounts, confidences, (counts, confidence) => {
      const { lower, upper } = tangoBounds(counts, confidence);
      const estimate = (counts.lost - counts.gained) / counts.pairs;
      expect(upper - lower).toBeGreaterThan(1e-6);
      expect(lower).toBeLessThanOrEqual(estimate);
      expect(upper).toBeGreaterThanOrEqual(estimate);
      expect(Math.max(Math.abs(lower), Math.abs(upper))).toBeLessThanOrEqual(1);
    }),
  );
});

test('one more lost task never lowers a bound, one more gained never raises it', () => {
  fc.assert(
    fc.property(roomyCounts, confidences, (counts, confidence) => {
      const { lower, upper } = tangoBounds(counts, confidence);
      const worse = tangoBounds({ ...counts, lost: counts.lost + 1 }, confidence);
      const better = tangoBounds({ ...counts, gained: counts.gained + 1 }, confidence);
      expect(worse.upper).toBeGreaterThanOrEqual(upper);
      expect(worse.lower).toBeGreaterThanOrEqual(lower - 1e-12);
      expect(better.upper).toBeLessThanOrEqual(upper + 1e-12);
      expect(better.lower).toBeLessThanOrEqual(lower);
    }),
  );
});

test.each([
  [{ pairs: 0, lost: 0, gained: 0 }],
  [{ pairs: 3, lost: 2, gained: 2 }],
  [{ pairs: 3, lost: -1, gained: 0 }],
  [{ pairs: 3, lost: 0.5, gained: 0 }],
  [{ pairs: Number.NaN, lost: 0, gained: 0 }],
])('%j are no counts', (counts) => {
  expect(() => tangoBounds(counts, 0.95)).toThrow(RangeError);
});
