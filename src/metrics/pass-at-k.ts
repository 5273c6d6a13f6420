import { mean } from 'simple-statistics';
import { bootstrapInterval } from './bootstrap.ts';
import { wilsonInterval } from './wilson.ts';

/** How many samples of a task there are, and how many of them passed. */
export interface TaskCount {
  readonly samples: number;
  readonly passed: number;
}

/** pass@k over tasks, with its 95 % interval. */
export interface PassAtK {
  readonly k: number;
  readonly tasks: number;
  readonly estimate: number;
  readonly ci95: readonly [number, number];
}

/**
 * The unbiased estimate of the chance that at least one of `k` samples passes, from `samples` of
 * which `passed` passed: 1 − C(n−c, k)/C(n, k).
 *
 * Source: Chen et al. 2021, arXiv:2107.03374, equation 1, in the stable form of its figure 3.
 * Throws a `RangeError` where there are fewer than `k` samples.
 */
export function passAtK({ samples, passed }: TaskCount, k: number): number {
  if (k < 1 || samples < k || passed > samples) {
    throw new RangeError(`pass@${k} has no estimate from ${passed} of ${samples} samples`);
  }
  let noneOfThem = 1;
  for (let count = samples - passed + 1; count <= samples; count += 1) {
    noneOfThem *= Math.max(0, 1 - k / count);
  }
  return 1 - noneOfThem;
}

/**
 * pass@k as the mean over tasks; `undefined` unless each has at least `k` samples. The interval: Wilson's where each
 * task has one sample, else a percentile bootstrap over tasks (resampled with a fixed seed); where
 * all tasks agree, which would leave the bootstrap without any width, Wilson's over tasks.
 */
export function meanPassAtK(counts: readonly TaskCount[], k: number): PassAtK | undefined {
  if (counts.length === 0 || counts.some(({ samples }) => samples < k)) {
    return undefined;
  }
  const estimates = counts.map((count) => passAtK(count, k));
  const tasks = counts.length;
  const estimate = mean(estimates);
  const [first] = estimates;
  const isOneSampleEach = counts.every(({ samples }) => samples === 1);
  const isUnanimous = estimates.every((value) => value === first);
  const ci95 =
    isOneSampleEach || isUnanimous
      ? wilsonInterval(estimate, tasks)
      : bootstrapInterval(estimates, mean);
  return { k, tasks, estimate, ci95 };
}
