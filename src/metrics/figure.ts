import { max, mean, median, min, sampleStandardDeviation } from 'simple-statistics';
import type { Figure } from '../records/report.ts';
import { bootstrapInterval } from './bootstrap.ts';

/**
 * Sums raw values up: mean, median, spread, and a 95 % interval of the median by the percentile
 * bootstrap over the values. A single value has neither spread nor interval. Throws a `RangeError`
 * without any value.
 */
export function figureOf(values: readonly number[]): Figure {
  if (values.length === 0) {
    throw new RangeError('no values, no figure');
  }
  const all = [...values];
  return {
    n: all.length,
    mean: mean(all),
    median: median(all),
    ci95: all.length === 1 ? null : bootstrapInterval(all, median),
    ...(all.length === 1 ? {} : { sd: sampleStandardDeviation(all) }),
    min: min(all),
    max: max(all),
  };
}
