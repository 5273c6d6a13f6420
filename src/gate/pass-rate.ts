import { meanPassAtK } from '../metrics/pass-at-k.ts';
import type { GateCell } from '../records/gate.ts';

/** pass@1 over tasks, as the gate shows it. Throws a `RangeError` for a task without completions. */
export function passRateOf(
  counts: readonly { readonly samples: number; readonly passed: number }[],
): NonNullable<GateCell['passAt1']> {
  const rate = meanPassAtK(counts, 1);
  if (rate === undefined) {
    throw new RangeError('a task without completions has no pass rate');
  }
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    total: counts.reduce((sum, { samples }) => sum + samples, 0),
    samples: counts[0]?.samples ?? 1,
    estimate: rate.estimate,
    ci95: [...rate.ci95],
  };
}
