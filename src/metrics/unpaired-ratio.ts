import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { median, quantileSorted, sampleWithReplacement } from 'simple-statistics';
import type { Ratio } from '../records/report.ts';

const RESAMPLES = 2_000;

/** Any fixed number will do: the same values give the same interval. */
const SEED = 20_261_122;

/**
 * The ratio of two medians, `numerator` over `denominator`, with its 95 % interval by a percentile
 * bootstrap that resamples each side by itself. `n` is the smaller side's. `undefined` where a side
 * has fewer than two values, since one value says nothing about its spread.
 */
export function unpairedRatio(
  numerator: readonly number[],
  denominator: readonly number[],
): Ratio | undefined {
  const n = Math.min(numerator.length, denominator.length);
  if (n < 2) {
    return undefined;
  }
  const generator = xoroshiro128plus(SEED);
  const random = (): number => uniformFloat64(generator);
  const [above, below] = [[...numerator], [...denominator]];
  const draw = (values: number[]): number =>
    median(sampleWithReplacement(values, values.length, random));
  const ratios = Array.from({ length: RESAMPLES }, () => draw(above) / draw(below)).toSorted(
    (one, other) => one - other,
  );
  return {
    n,
    estimate: median(above) / median(below),
    ci95: [quantileSorted(ratios, 0.025), quantileSorted(ratios, 0.975)],
  };
}
