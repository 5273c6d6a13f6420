import type { Completion } from '../records/completion.ts';
import { samplesOf } from '../records/decode.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import type { CellPlan } from '../records/plan.ts';

/**
 * The stop by rule at which a cell stands: its last one, unless more was generated afterwards. Such a
 * cell went on, and whatever it lacks, a verdict for a failure of ours among it, is missing.
 */
export function stopOf(cell: CellPlan, run: Stoppable): EarlyStop | undefined {
  const stop = lastStop(cell, run);
  return stop !== undefined && stop.judged < stop.tasks ? stop : undefined;
}

/** What the looks at a cell saw, where their error is spent by plan: the gate decides on that. */
export function spendingOf(cell: CellPlan, run: Stoppable): EarlyStop['spending'] {
  return lastStop(cell, run)?.spending;
}

interface Stoppable {
  readonly completions: readonly Completion[];
  readonly stops?: readonly EarlyStop[];
}

function lastStop(cell: CellPlan, run: Stoppable): EarlyStop | undefined {
  const stop = run.stops?.findLast((record) => record.cell === cell.id);
  const completions = run.completions.filter((record) => record.cell === cell.id).length;
  return stop !== undefined && completions <= stop.judged * samplesOf(cell) ? stop : undefined;
}
