import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/** p values of McNemar's exact test. */
export interface McNemarTest {
  /** Chance of so many lost of the flipped, or more, if lost and gained were as likely. */
  readonly worse: number;
  readonly twoSided: number;
}

/**
 * McNemar's exact test on flipped tasks: given how many flipped, the lost ones are binomial with
 * one half. No flips: 1. Source: Q. McNemar, Psychometrika 12 (1947), 153-157, in its exact form.
 */
export function mcnemarTest(lost: number, gained: number): McNemarTest {
  const flips = lost + gained;
  const atMost = (count: number): number => binomialCdf(count, flips, 0.5);
  return {
    worse: atMost(gained),
    twoSided: Math.min(1, 2 * atMost(Math.min(lost, gained))),
  };
}
