import { lostToFail, passesAt, scoresToPass } from '../metrics/error-spending.ts';
import type { PairedCounts } from '../metrics/tango.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';

/** Looks at a candidate during its run, and what decides on them. */
export interface Spending {
  /** Flips among the tasks that each look saw, the looks before it included. */
  readonly looks: readonly PairedCounts[];
  /** How many tasks there are. */
  readonly tasks: number;
  /** For each look of the plan the score that passes: `passPlan`. */
  readonly passes: readonly number[];
  readonly limits: Pick<GateLimits, 'maxDrop' | 'confidence'>;
  /** Candidates over which the error of a fail is shared. */
  readonly cells: number;
}

/**
 * The verdict of the first look that ends the run: `pass` where the drop is shown to be under the margin,
 * `fail` where the candidate is shown worse and the best estimate is over the margin, each with an error
 * that all looks share. `inconclusive` once all tasks are in; `undefined` while they are not.
 */
export function spentVerdict(spending: Spending): GateVerdict | undefined {
  const { looks, tasks, passes, limits, cells } = spending;
  const [margin, error] = [limits.maxDrop, 1 - limits.confidence];
  const fails = lostToFail(
    looks.map(({ pairs, lost, gained }) => ({ tasks: pairs, flips: lost + gained })),
    { tasks, error: error / cells },
  );
  for (const [index, counts] of looks.entries()) {
    const { pairs, lost, gained } = counts;
    if (passesAt(counts, margin, passes[index] ?? -Infinity)) {
      return 'pass';
    }
    if (lost >= (fails[index] ?? Infinity) && (lost - gained) / pairs > margin) {
      return 'fail';
    }
  }
  return looks.at(-1)?.pairs === tasks ? 'inconclusive' : undefined;
}

/** For looks that see so many tasks each the score that passes. It takes a moment: once for a plan. */
export function passPlan(planned: readonly number[], limits: Spending['limits']): number[] {
  return scoresToPass(planned, { margin: limits.maxDrop, error: 1 - limits.confidence });
}
