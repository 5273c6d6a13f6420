import type { Completion } from '../records/completion.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import { samplesOf } from '../records/decode.ts';

/**
 * The last stop by rule of a cell that still owes answers; none for one that was finished after all:
 * such a cell is like any other.
 */
export function stopOf(
  cell: CellPlan,
  run: {
    readonly plan: Plan;
    readonly completions: readonly Completion[];
    readonly stops: readonly EarlyStop[];
  },
): EarlyStop | undefined {
  const stop = run.stops.findLast((record) => record.cell === cell.id);
  const answers = run.completions.filter((record) => record.cell === cell.id).length;
  return answers < run.plan.dataset.taskIds.length * samplesOf(cell) ? stop : undefined;
}
