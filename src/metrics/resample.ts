import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { sampleWithReplacement } from 'simple-statistics';

/** As many items as there are, drawn from them with replacement. */
export type Redraw = <T>(items: readonly T[]) => T[];

/**
 * A statistic's distribution by the bootstrap (Efron 1979): computed `resamples` times from redrawn
 * items, ascending. The seed is fixed, so that the same items give the same values.
 */
export function resample(
  statistic: (redraw: Redraw) => number,
  { resamples, seed }: { readonly resamples: number; readonly seed: number },
): number[] {
  const generator = xoroshiro128plus(seed);
  const random = (): number => uniformFloat64(generator);
  const redraw: Redraw = (items) => sampleWithReplacement([...items], items.length, random);
  return Array.from({ length: resamples }, () => statistic(redraw)).toSorted(
    (one, other) => one - other,
  );
}
