import { environmentError } from '../records/error.ts';
import type { GateCell } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import { certainVerdict } from './curtail.ts';
import { describeDescent } from './descent.ts';
import { samplesOf } from '../records/samples.ts';
import type { CellEvidence } from './evidence.ts';

/**
 * A cell that a rule stopped early: its verdict is worked out again, from the answers that there are
 * and whatever the others could have been. Throws where these limits leave it open.
 */
export function stoppedCell(
  candidate: CellEvidence,
  input: {
    readonly reference: CellEvidence;
    readonly candidates: readonly CellEvidence[];
    readonly limits: GateLimits;
    readonly allowLossyReference: boolean;
  },
): GateCell {
  const { reference, candidates, limits, allowLossyReference } = input;
  const certain = certainVerdict({
    reference: reference.counts,
    candidate: candidate.counts,
    samples: samplesOf(candidate.cell),
    limits,
    cells: candidates.length,
  });
  if (certain === undefined || asksForMore(limits)) {
    throw environmentError(
      `${candidate.name} was stopped by rule after ${candidate.counts.size} of ${reference.counts.size} tasks, which do not settle these limits; finish the run without --sequential`,
    );
  }
  const { isReferenceLossy } = describeDescent(reference.cell.model, candidate.cell.model);
  const isHeldBack = isReferenceLossy && !allowLossyReference && certain === 'pass';
  const verdict: GateVerdict = isHeldBack ? 'inconclusive' : certain;
  const flips = [...candidate.counts].map(
    ([taskId, count]) => count.passed - (reference.counts.get(taskId)?.passed ?? 0),
  );
  return {
    cell: candidate.cell.id,
    verdict,
    passAt1: null,
    tasks: reference.counts.size,
    lost: flips.filter((flip) => flip < 0).length,
    gained: flips.filter((flip) => flip > 0).length,
    drop: null,
    p: null,
    pHolm: null,
    checks: [
      {
        limit: 'max-drop',
        verdict,
        detail: `stopped by rule after ${candidate.counts.size} of ${reference.counts.size} tasks: ${certain} whatever the others had been${isHeldBack ? '; but the reference has lost something itself: accept that with --allow-lossy-reference' : ''}`,
        isPointThreshold: false,
      },
    ],
  };
}

/** Limits on what a stopped run has not measured. */
function asksForMore({ maxTpotRatio, maxKl }: GateLimits): boolean {
  return maxTpotRatio !== undefined || maxKl !== undefined;
}
