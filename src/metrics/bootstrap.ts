import { quantileSorted } from 'simple-statistics';
import { resample } from './resample.ts';

/** Resamples: the interval's own error is then about a twentieth of its width. */
const RESAMPLES = 2_000;

/** Any fixed number will do: the same values give the same interval. */
const SEED = 20_210_707;

/**
 * A statistic's 95 % interval by the percentile bootstrap (Efron 1979): `items`, the units that were
 * drawn independently, are resampled with a fixed seed. All items equal give an interval without
 * width; a caller that must not claim such certainty has to widen it.
 */
export function bootstrapInterval<T>(
  items: readonly T[],
  statistic: (items: T[]) => number,
): [number, number] {
  const values = resample((redraw) => statistic(redraw(items)), {
    resamples: RESAMPLES,
    seed: SEED,
  });
  return [quantileSorted(values, 0.025), quantileSorted(values, 0.975)];
}
