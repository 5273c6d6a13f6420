import { median, quantileSorted } from 'simple-statistics';
import type { Ratio } from '../records/report.ts';
import { resample } from './resample.ts';

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
  const ratios = resample((redraw) => median(redraw(numerator)) / median(redraw(denominator)), {
    resamples: RESAMPLES,
    seed: SEED,
  });
  return {
    n,
    estimate: median([...numerator]) / median([...denominator]),
    ci95: [quantileSorted(ratios, 0.025), quantileSorted(ratios, 0.975)],
  };
}
