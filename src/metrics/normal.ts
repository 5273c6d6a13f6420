import quantile from '@stdlib/stats-base-dists-normal-quantile';

/** The standard normal distribution's quantile: 1.6449 for 0.95. `share` lies between 0 and 1. */
export function normalQuantile(share: number): number {
  return quantile(share, 0, 1);
}
