import { about } from '../options/message.ts';
import { LIMITS } from '../limits/index.ts';
import type { PlannedCell, Prospect } from '../limits/limit.ts';
import { referenceCell } from '../modes/reference-cell.ts';
import { usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { CellPlan } from '../records/plan.ts';
import { isBaselineItself } from '../compare/differences.ts';
import { comparableCells } from '../compare/evidence.ts';
import { refuseIncomplete, refuseUnfinished, refuseUnlike } from './fitness.ts';

/** A gate that is to decide on a run which is not made yet. */
export interface GateProspect extends Pick<Prospect, 'plan' | 'baseline' | 'hasKl'> {
  readonly limits: GateLimits;
  /** The part of the tests whose passes count, where they have parts. */
  readonly metric?: string | undefined;
}

/**
 * The cells that a gate will decide on. Throws, before any token is spent, an `EvalkitError` for what
 * it would refuse in the finished run and the plan tells already.
 */
export function plannedCandidates(prospect: GateProspect): CellPlan[] {
  const { plan, baseline, limits } = prospect;
  const cells = comparableCells(plan);
  const reference = baseline ?? plannedCell(prospect, referenceCell(cells));
  const candidates = cells.filter((cell) => !isBaselineItself(cell, reference.cell));
  if (candidates.length === 0) {
    throw usageError(
      about`${{ name: 'gate' }}: this run would hold nothing but the baseline ${reference.name} itself; name a further ${{ name: 'model' }}, or another ${{ name: 'baseline' }}`,
    );
  }
  if (baseline !== undefined) {
    // A run of a part of the tasks tries the gate, which a baseline of a part does as well.
    const isTrial = plan.dataset.taskIds.length < plan.dataset.total;
    (isTrial ? refuseIncomplete : refuseUnfinished)(baseline);
  }
  for (const candidate of candidates) {
    refuseUnlike(reference, plannedCell(prospect, candidate), limits);
  }
  for (const limit of LIMITS) {
    limit.refusePlan(limits, { ...prospect, reference: reference.cell, candidates });
  }
  return candidates;
}

function plannedCell({ plan, metric }: GateProspect, cell: CellPlan): PlannedCell {
  const { dataset, grading } = plan;
  return { name: cell.id, cell, dataset, metric, grading };
}
