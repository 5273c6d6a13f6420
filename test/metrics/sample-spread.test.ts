import { expect, test } from 'vitest';
import { drawShared } from '../../src/engines/shared-noise.ts';
import {
  type PairedSamples,
  sampleSpread,
  samplesNeeded,
} from '../../src/metrics/sample-spread.ts';

const SAMPLES = 20;

/** Chances of passing of 164 tasks, and those of a candidate that is somewhat worse. */
const CHANCES = Array.from({ length: 164 }, (_, index) => {
  const chance = (index + 0.5) / 164;
  return { chance, worse: Math.max(0, chance - 0.04) };
});

function passes(chance: number, seed: number): boolean[] {
  return Array.from({ length: SAMPLES }, (_, position) => {
    const candidates = [[1, chance] as const, [0, 1 - chance] as const];
    return drawShared(candidates, { seed, position }) === 1;
  });
}

/** Passes that are drawn as tokens are: `apart` gives the candidate draws of its own. */
function simulated(apart: boolean, run: number): PairedSamples[] {
  return CHANCES.map(({ chance, worse }, index) => {
    const seed = run * 1000 + index;
    return {
      reference: passes(chance, seed),
      candidate: passes(worse, apart ? seed + 500_000 : seed),
    };
  });
}

function dropOf(tasks: readonly PairedSamples[]): number {
  const passed = (side: 'reference' | 'candidate'): number =>
    tasks.flatMap((task) => task[side]).filter(Boolean).length;
  return (passed('reference') - passed('candidate')) / (tasks.length * SAMPLES);
}

/** The variance of the drop over runs, its mean, and what one run says of itself. */
function over(runs: number, apart: boolean): { variance: number; mean: number } {
  const drops = Array.from({ length: runs }, (_, run) => dropOf(simulated(apart, run)));
  const mean = drops.reduce((sum, drop) => sum + drop, 0) / runs;
  return { mean, variance: drops.reduce((sum, drop) => sum + (drop - mean) ** 2, 0) / (runs - 1) };
}

test('shared draws leave the drop what it is and take most of its variance', () => {
  const [shared, apart] = [over(100, false), over(100, true)];
  const truth =
    CHANCES.reduce((sum, { chance, worse }) => sum + chance - worse, 0) / CHANCES.length;
  for (const { mean, variance } of [shared, apart]) {
    expect(Math.abs(mean - truth)).toBeLessThan(4 * Math.sqrt(variance / 100));
  }
  expect(shared.variance).toBeLessThan(apart.variance / 4);
});

test('one run says how much its own pairs spare', () => {
  const [shared, apart] = [sampleSpread(simulated(false, 1)), sampleSpread(simulated(true, 1))];
  expect(shared?.correlation).toBeGreaterThan(0.75);
  expect(Math.abs(apart?.correlation ?? 1)).toBeLessThan(0.1);
});

test('components are those of a table worked out by hand', () => {
  const spread = sampleSpread([
    { reference: [true, true], candidate: [true, false] },
    { reference: [true, true], candidate: [false, false] },
    { reference: [false, true], candidate: [false, true] },
  ]);
  // Differences 0 1, 1 1, 0 0: variances 1/2, 0, 0; means 1/2, 1, 0 with variance 1/4.
  expect(spread?.within).toBeCloseTo(1 / 6, 12);
  expect(spread?.between).toBeCloseTo(1 / 4 - 1 / 12, 12);
  // Apart: 0 + 1/2, 0 + 0, 1/2 + 1/2.
  expect(spread?.correlation).toBeCloseTo(2 / 3, 12);
});

test('a single sample, and sides of unlike size, say nothing', () => {
  const one = { reference: [true], candidate: [false] };
  expect(sampleSpread([one, one])).toBeUndefined();
  const uneven = { reference: [true, true], candidate: [false] };
  expect(sampleSpread([uneven, uneven])).toBeUndefined();
});

test('samples help only as far as the tasks agree', () => {
  const spread = { within: 0.1, between: 0.02, correlation: 0.5 };
  expect(samplesNeeded(spread, { tasks: 164, error: 0.02 })).toBe(3);
  expect(samplesNeeded(spread, { tasks: 164, error: 0.01 })).toBeUndefined();
});
