import { mean, quantileSorted } from 'simple-statistics';
import { normalQuantile } from './normal.ts';
import { resample } from './resample.ts';
import type { DropBounds } from './tango.ts';

/** Resamples: more than for a 95 % interval, since a gate's bound may lie further out. */
const RESAMPLES = 4_000;

/** Any fixed number will do: the same answers give the same bounds. */
const SEED = 19_980_417;

/**
 * Bounds of a mean drop over tasks by the percentile bootstrap, each one-sided at `confidence`.
 * Where tasks agree a bootstrap has too little width, so no bound comes nearer to the estimate than
 * z²/(T + z²), which is Tango's at zero flips.
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
  return {
    lower: Math.max(-1, Math.min(quantileSorted(means, 1 - confidence), estimate - least)),
    upper: Math.min(1, Math.max(quantileSorted(means, confidence), estimate + least)),
  };
}
