import { referenceCell } from '../modes/reference-cell.ts';
import { usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import { isBaselineItself, isMeasuredFrom } from '../compare/differences.ts';
import { type CellEvidence, comparableCells } from '../compare/evidence.ts';
import { LEAST_TIMED_TASKS, type PlannedCell, refuseUnfinished, refuseUnlike } from './fitness.ts';

/** A gate that is to decide on a run which is not made yet. */
export interface GateProspect {
  readonly plan: Plan;
  /** `undefined`: the run's own reference cell. */
  readonly baseline: CellEvidence | undefined;
  readonly limits: GateLimits;
  /** Whether the run measures KL divergence. */
  readonly hasKl: boolean;
}

/**
 * The cells that a gate will decide on. Throws, before any token is spent, an `EvalkitError` for what
 * it would refuse in the finished run and the plan tells already.
 */
export function plannedCandidates(prospect: GateProspect): CellPlan[] {
  const { plan, baseline, limits } = prospect;
  const cells = comparableCells(plan);
  const reference = baseline ?? plannedCell(plan, referenceCell(cells));
  const candidates = cells.filter((cell) => !isBaselineItself(cell, reference.cell));
  if (candidates.length === 0) {
    throw usageError(
      `--gate: this run would hold nothing but the baseline ${reference.name} itself; name a further --model, or another --baseline`,
    );
  }
  if (baseline !== undefined) {
    refuseUnfinished(baseline);
  }
  for (const candidate of candidates) {
    refuseUnlike(reference, plannedCell(plan, candidate), limits);
  }
  refuseUntimed(prospect);
  refuseUnmeasured(prospect, reference.cell, candidates);
  return candidates;
}

function plannedCell({ dataset, grading }: Plan, cell: CellPlan): PlannedCell {
  return { name: cell.id, cell, dataset, grading };
}

function refuseUntimed({ plan, baseline, limits: { maxTpotRatio } }: GateProspect): void {
  if (maxTpotRatio === undefined) {
    return;
  }
  const own = plan.latency?.taskIds ?? [];
  if (own.length < LEAST_TIMED_TASKS) {
    throw usageError(
      `--max-tpot-ratio ${maxTpotRatio}: this run would time ${own.length} tasks, and ${LEAST_TIMED_TASKS} are needed; ${own.length === 0 ? 'leave out --no-latency' : 'raise --latency-tasks'}`,
    );
  }
  const common = own.filter((taskId) => baseline?.times.tpotMs.has(taskId) !== false);
  if (baseline !== undefined && common.length < LEAST_TIMED_TASKS) {
    throw usageError(
      `--max-tpot-ratio ${maxTpotRatio}: ${baseline.name} has a TPOT of ${common.length} of the tasks that this run would time, and ${LEAST_TIMED_TASKS} are needed; run both with the same --latency-tasks`,
    );
  }
}

/** Divergence is measured from the run's own reference cell, whatever the baseline is. */
function refuseUnmeasured(
  { plan, limits: { maxKl }, hasKl }: GateProspect,
  reference: CellPlan,
  candidates: readonly CellPlan[],
): void {
  if (maxKl === undefined) {
    return;
  }
  if (!hasKl) {
    throw usageError(
      `--max-kl ${maxKl}: this run would measure no KL divergence; give --kl, and leave out --no-perplexity`,
    );
  }
  const origin = referenceCell(plan.cells);
  if (!isMeasuredFrom(origin, reference)) {
    throw usageError(
      `--max-kl ${maxKl}: this run would measure divergence from ${origin.id}, which is not the baseline; name the baseline's weights with --model, too`,
    );
  }
  const alike = candidates.find((cell) => isMeasuredFrom(origin, cell));
  if (alike !== undefined) {
    throw usageError(
      `--max-kl ${maxKl}: ${alike.id} has the weights of the baseline, and no divergence from itself; leave it out, or gate without --max-kl`,
    );
  }
}
