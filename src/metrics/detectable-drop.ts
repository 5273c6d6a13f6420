import { normalQuantile } from './normal.ts';

/** The smallest drop that a comparison would probably have called a drop. */
export interface DetectableDrop {
  /** A share: 0.06 is 6 points. */
  readonly drop: number;
  readonly power: number;
  /** Mean squared difference a task that it was computed with: for one completion a task the flip rate. */
  readonly flipRate: number;
  /** True where too few flips were seen, so that the flip rate is a common one and not the seen. */
  readonly isAssumed: boolean;
}

const POWER = 0.8;

/** With fewer flips than this their rate is as good as unknown. */
const ENOUGH_FLIPS = 5;

/** The share of tasks that flips between f16 and a 4-bit quantization of a small code model. */
const ASSUMED_FLIP_RATE = 0.1;

const HALVINGS = 50;

/**
 * The smallest true drop that the one-sided test at `confidence` finds with 80 % power on these
 * tasks, from each task's difference of pass rates.
 *
 * Source: R. J. Connor, "Sample size for testing differences in proportions for the paired-sample
 * design", Biometrics 43 (1987), 207-211: √T·δ = z₁√ψ + z₂√(ψ − δ²), with the flip rate ψ; for
 * several completions a task ψ is the mean squared difference, the same quantity.
 */
export function detectableDrop(differences: readonly number[], confidence: number): DetectableDrop {
  const tasks = differences.length;
  const flips = differences.filter((difference) => difference !== 0).length;
  const isAssumed = flips < ENOUGH_FLIPS;
  const seen = differences.reduce((sum, difference) => sum + difference ** 2, 0) / tasks;
  const flipRate = isAssumed ? ASSUMED_FLIP_RATE : seen;
  return {
    drop: dropFoundWith(flipRate, { tasks, confidence }),
    power: POWER,
    flipRate,
    isAssumed,
  };
}

/** The same for a mean squared difference that is known, or supposed. */
export function dropFoundWith(
  flipRate: number,
  { tasks, confidence }: { readonly tasks: number; readonly confidence: number },
): number {
  const excess = (drop: number): number => {
    // A drop needs at least as many flips.
    const rate = Math.max(flipRate, drop);
    const needed =
      normalQuantile(confidence) * Math.sqrt(rate) +
      normalQuantile(POWER) * Math.sqrt(rate - drop ** 2);
    return Math.sqrt(tasks) * drop - needed;
  };
  let low = 0;
  let high = 1;
  for (let step = 0; step < HALVINGS; step += 1) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}
