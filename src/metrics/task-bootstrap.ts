import { mean, quantileSorted } from 'simple-statistics';
import { normalQuantile } from './normal.ts';
import { resample } from './resample.ts';
import { type DropBounds, type PairedCounts, scoreBounds } from './tango.ts';

/** Resamples: more than for a 95 % interval, since a gate's bound may lie further out. */
const RESAMPLES = 4_000;

/** Any fixed number will do: the same completions give the same bounds. */
const SEED = 19_980_417;

/**
 * Bounds of a mean drop over tasks, each one-sided at `confidence`: the wider of the percentile
 * bootstrap's and Tango's for the effective counts. Alone the bootstrap has too little width where
 * few tasks differ, most of all where a task's samples agree; and no bound comes nearer to the
 * estimate than z²/(T + z²), which is Tango's at zero flips.
 */
export function bootstrapBounds(drops: readonly number[], confidence: number): DropBounds {
  const all = [...drops];
  if (all.length === 0) {
    throw new RangeError('no tasks, no bounds');
  }
  const means = resample((redraw) => mean(redraw(all)), { resamples: RESAMPLES, seed: SEED });
  const estimate = mean(all);
  const z2 = normalQuantile(confidence) ** 2;
  const least = z2 / (all.length + z2);
  const { lower, upper } = scoreBounds(effectiveCounts(all), confidence);
  return {
    lower: Math.max(-1, Math.min(quantileSorted(means, 1 - confidence), lower, estimate - least)),
    upper: Math.min(1, Math.max(quantileSorted(means, confidence), upper, estimate + least)),
  };
}

/**
 * Counts of whole flips with the sum and the sum of squares of these drops; for drops of −1, 0 and 1
 * these are the flips themselves. Where no such counts exist, those with the sum and more squares.
 */
function effectiveCounts(drops: readonly number[]): PairedCounts {
  const sum = drops.reduce((total, drop) => total + drop, 0);
  const squares = drops.reduce((total, drop) => total + drop ** 2, 0);
  return {
    pairs: drops.length,
    lost: Math.max((squares + sum) / 2, sum, 0),
    gained: Math.max((squares - sum) / 2, -sum, 0),
  };
}
