import { normalQuantile } from './normal.ts';

/** Pairs of one yes and one no each, counted by who lost: `lost` passed before and fails now. */
export interface PairedCounts {
  readonly pairs: number;
  readonly lost: number;
  readonly gained: number;
}

/** A bound of the drop (lost − gained) / pairs; shares, from −1 to 1. */
export interface DropBounds {
  readonly lower: number;
  readonly upper: number;
}

/** Halvings of an interval of length 2: the bounds are then exact to the last digit of a double. */
const HALVINGS = 60;

/**
 * Tango's score bounds of a drop between two paired pass rates, each one-sided at `confidence`;
 * together they are the interval at 2 × confidence − 1.
 *
 * Source: T. Tango, "Equivalence test and confidence interval for the difference in proportions for
 * the paired-sample design", Statistics in Medicine 17 (1998), 891-908: the drops that the score
 * test with the restricted maximum-likelihood variance does not reject. Without any flip the upper
 * bound is z²/(n + z²), never 0. Throws a `RangeError` for values that are not counts.
 */
export function tangoBounds(counts: PairedCounts, confidence: number): DropBounds {
  assertCounts(counts);
  return scoreBounds(counts, confidence);
}

/** Tango's bounds for effective counts, which need not be whole. */
export function scoreBounds(counts: PairedCounts, confidence: number): DropBounds {
  const z = normalQuantile(confidence);
  const { pairs, lost, gained } = counts;
  return {
    lower: -upperBound({ pairs, lost: gained, gained: lost }, z),
    upper: upperBound(counts, z),
  };
}

function assertCounts({ pairs, lost, gained }: PairedCounts): void {
  const areCounts = [pairs, lost, gained].every((count) => Number.isInteger(count) && count >= 0);
  if (!areCounts || pairs === 0 || lost + gained > pairs) {
    throw new RangeError(`${lost} lost and ${gained} gained of ${pairs} are not paired counts`);
  }
}

function upperBound(counts: PairedCounts, z: number): number {
  let low = (counts.lost - counts.gained) / counts.pairs;
  let high = 1;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (scoreStatistic(counts, middle) > -z) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/** The score statistic for a true drop of `drop`, falling in it: 0 at the estimate. */
export function scoreStatistic({ pairs, lost, gained }: PairedCounts, drop: number): number {
  const distance = lost - gained - pairs * drop;
  const gainRate = restrictedGainRate({ pairs, lost, gained }, drop);
  const variance = pairs * (2 * gainRate + drop * (1 - drop));
  return variance <= 0 ? (distance === 0 ? 0 : -Infinity) : distance / Math.sqrt(variance);
}

/** The likeliest chance of a gain, were the true drop `drop`: the root of a quadratic equation. */
function restrictedGainRate({ pairs, lost, gained }: PairedCounts, drop: number): number {
  const a = 2 * pairs;
  const b = (2 * pairs - lost + gained) * drop - lost - gained;
  const c = -gained * drop * (1 - drop);
  const root = (Math.sqrt(Math.max(0, b * b - 4 * a * c)) - b) / (2 * a);
  // The chance of a gain and that of a loss, `drop` more, are both shares and make at most 1.
  return Math.min(Math.max(root, 0, -drop), (1 - drop) / 2);
}
