import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectableDrop } from '../../src/metrics/detectable-drop.ts';
import { holmAdjusted } from '../../src/metrics/holm.ts';
import { mcnemarTest } from '../../src/metrics/mcnemar.ts';
import { pairedDrop } from '../../src/metrics/paired-drop.ts';
import { signFlipTest } from '../../src/metrics/sign-flip.ts';
import { tangoBounds } from '../../src/metrics/tango.ts';
import { bootstrapBounds } from '../../src/metrics/task-bootstrap.ts';
import { PAIRED } from '../fixtures/statistics/paired.ts';

const one = (passed: number) => ({ samples: 1, passed });

test('McNemar’s exact test is that of scipy and statsmodels', () => {
  for (const { lost, gained, worse, twoSided } of PAIRED.mcnemar) {
    const found = mcnemarTest(lost, gained);
    expect(found.worse).toBeCloseTo(worse, 12);
    expect(found.twoSided).toBeCloseTo(twoSided, 12);
  }
  expect(mcnemarTest(0, 0)).toEqual({ worse: 1, twoSided: 1 });
});

test('Holm’s adjustment is that of statsmodels', () => {
  for (const { values, adjusted } of PAIRED.holm) {
    const found = holmAdjusted(values);
    adjusted.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 12));
  }
  expect(holmAdjusted([])).toEqual([]);
});

test('the sign-flip test is scipy’s permutation test over all signs', () => {
  for (const { differences, atLeast } of PAIRED.signFlip) {
    expect(signFlipTest(differences).atLeast).toBeCloseTo(atLeast, 12);
  }
  expect(() => signFlipTest([0.5])).toThrow(RangeError);
});

test('with single answers the sign-flip test is McNemar’s', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(30), (lost, gained) => {
      const signs = [
        ...Array.from({ length: lost }, () => 1),
        ...Array.from({ length: gained }, () => -1),
      ];
      const flips = signFlipTest(signs);
      expect(flips.atLeast).toBeCloseTo(mcnemarTest(lost, gained).worse, 10);
      expect(flips.twoSided).toBeCloseTo(mcnemarTest(lost, gained).twoSided, 10);
    }),
  );
});

test('the bootstrap’s bound is never nearer than Tango’s at zero flips, and never without width', () => {
  const agreed = bootstrapBounds(
    Array.from({ length: 164 }, () => 0),
    0.95,
  );
  expect(agreed.upper).toBeCloseTo(tangoBounds({ pairs: 164, lost: 0, gained: 0 }, 0.95).upper, 9);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(-1, -0.5, 0, 0, 0, 0.25, 1), { minLength: 1, maxLength: 40 }),
      (drops: number[]) => {
        const { lower, upper } = bootstrapBounds(drops, 0.95);
        const estimate = drops.reduce((sum, drop) => sum + drop, 0) / drops.length;
        const least = 1.6448536269514722 ** 2 / (drops.length + 1.6448536269514722 ** 2);
        expect(upper).toBeGreaterThanOrEqual(Math.min(1, estimate + least) - 1e-12);
        expect(lower).toBeLessThanOrEqual(Math.max(-1, estimate - least) + 1e-12);
        expect(upper).toBeGreaterThan(lower);
      },
    ),
    { numRuns: 20 },
  );
});

const drops = (lost: number, gained: number) => [
  ...Array.from({ length: lost }, () => 1),
  ...Array.from({ length: gained }, () => -1),
  ...Array.from({ length: 164 - lost - gained }, () => 0),
];

test('with whole flips no bound of the bootstrap is nearer than Tango’s', () => {
  for (const [lost, gained] of [
    [4, 0],
    [0, 4],
    [7, 3],
  ] as const) {
    const tango = tangoBounds({ pairs: 164, lost, gained }, 0.95);
    const found = bootstrapBounds(drops(lost, gained), 0.95);
    expect(found.upper).toBeGreaterThanOrEqual(tango.upper - 1e-12);
    expect(found.lower).toBeLessThanOrEqual(tango.lower + 1e-12);
  }
});

test('one answer a task is Tango and McNemar, several are bootstrap and sign flips', () => {
  const single = pairedDrop([
    { reference: one(1), candidate: one(0) },
    { reference: one(1), candidate: one(1) },
    { reference: one(0), candidate: one(1) },
    { reference: one(1), candidate: one(0) },
  ]);
  expect(single).toMatchObject({
    tasks: 4,
    estimate: 0.25,
    lost: 2,
    gained: 1,
    method: 'tango+mcnemar',
  });
  const several = pairedDrop([
    { reference: { samples: 2, passed: 2 }, candidate: { samples: 3, passed: 1 } },
    { reference: { samples: 2, passed: 1 }, candidate: { samples: 3, passed: 3 } },
  ]);
  expect(several.method).toBe('bootstrap+sign-flip');
  expect(several.estimate).toBeCloseTo((2 / 3 - 1 / 2) / 2, 12);
  // Differences of 4 and -3 sixths: of four sums one is as large as 1 twice over (7 and 1).
  expect(several.p.worse).toBe(0.5);
});

test('a drop over nothing is refused', () => {
  expect(() => pairedDrop([])).toThrow(RangeError);
  expect(() => pairedDrop([{ reference: one(1), candidate: { samples: 0, passed: 0 } }])).toThrow(
    RangeError,
  );
});

test('the detectable drop is Connor’s, with a common flip rate where few flips were seen', () => {
  const none = detectableDrop(
    Array.from({ length: 164 }, () => 0),
    0.95,
  );
  expect(none).toMatchObject({ isAssumed: true, flipRate: 0.1, power: 0.8 });
  // Connor's sample size for that drop is 164.
  const { drop } = none;
  const size = ((1.644854 * Math.sqrt(0.1) + 0.841621 * Math.sqrt(0.1 - drop ** 2)) / drop) ** 2;
  expect(size).toBeCloseTo(164, 2);
  const seen = detectableDrop(
    [...Array.from({ length: 20 }, () => 1), ...Array.from({ length: 144 }, () => 0)],
    0.95,
  );
  expect(seen).toMatchObject({ isAssumed: false, flipRate: 20 / 164 });
  expect(seen.drop).toBeGreaterThan(drop);
});
