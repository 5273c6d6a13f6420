import { environmentError } from '../records/error.ts';
import type { GateCell, GateCheck } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { RuleOutcome } from '../records/rule.ts';
import { samplesOf } from '../records/decode.ts';
import { certainMinPass, certainVerdict, type Knowledge } from './curtail.ts';
import { describeDescent } from '../compare/descent.ts';
import type { CellEvidence } from '../compare/evidence.ts';
import { ruleChecks } from './checks.ts';
import { worstOf } from './worst-of.ts';

/** What a stopped cell is held against. */
interface Asked {
  readonly reference: CellEvidence;
  readonly candidates: readonly CellEvidence[];
  readonly limits: GateLimits;
}

/**
 * A cell that a rule stopped early: its verdict is worked out again, from the answers that there are
 * and whatever the others could have been. Throws where these limits leave it open.
 */
export function stoppedCell(
  candidate: CellEvidence,
  input: Asked & {
    readonly rules: readonly RuleOutcome[];
    readonly allowLossyReference: boolean;
  },
): GateCell {
  const { reference, limits, rules, allowLossyReference } = input;
  settledVerdict(candidate, input);
  const { isReferenceLossy } = describeDescent(reference.cell.model, candidate.cell.model);
  const knowledge = knowledgeOf(candidate, input);
  const checks = [
    dropCheck(knowledge, isReferenceLossy && !allowLossyReference),
    ...minPassChecks(knowledge, limits),
    ...ruleChecks(rules, candidate.cell.id),
  ];
  const flips = [...candidate.counts].map(
    ([taskId, count]) => count.passed - (reference.counts.get(taskId)?.passed ?? 0),
  );
  return {
    cell: candidate.cell.id,
    verdict: worstOf(checks.map(({ verdict }) => verdict)),
    passAt1: null,
    tasks: reference.counts.size,
    lost: flips.filter((flip) => flip < 0).length,
    gained: flips.filter((flip) => flip > 0).length,
    drop: null,
    p: null,
    pHolm: null,
    checks,
  };
}

/** The certain verdict on the answers of a stopped cell. Throws an `EvalkitError` where none is. */
export function settledVerdict(candidate: CellEvidence, asked: Asked): GateVerdict {
  const certain = certainVerdict(knowledgeOf(candidate, asked));
  if (certain === undefined || asksForMore(asked.limits)) {
    throw environmentError(
      `${candidate.name} was stopped by rule after ${candidate.counts.size} of ${asked.reference.counts.size} tasks, which do not settle these limits; finish the run without --sequential`,
    );
  }
  return certain;
}

function knowledgeOf(candidate: CellEvidence, { reference, candidates, limits }: Asked): Knowledge {
  return {
    reference: reference.counts,
    candidate: candidate.counts,
    samples: samplesOf(candidate.cell),
    limits,
    cells: candidates.length,
  };
}

function dropCheck(knowledge: Knowledge, isLossy: boolean): GateCheck {
  const { minPass: _, ...limits } = knowledge.limits;
  const certain = certainVerdict({ ...knowledge, limits });
  const isHeldBack = isLossy && certain === 'pass';
  const found =
    certain === undefined ? 'the drop is left open' : `${certain} whatever the others had been`;
  return {
    limit: 'max-drop',
    verdict: isHeldBack ? 'inconclusive' : (certain ?? 'inconclusive'),
    detail: `${stoppedAfter(knowledge)}: ${found}${isHeldBack ? '; but the reference has lost something itself: accept that with --allow-lossy-reference' : ''}`,
    isPointThreshold: false,
  };
}

/** None where no limit asks for it. */
function minPassChecks(knowledge: Knowledge, { minPass }: GateLimits): GateCheck[] {
  if (minPass === undefined) {
    return [];
  }
  const certain = certainMinPass(knowledge);
  const found =
    certain === undefined ? 'it is left open' : `${certain} whatever the others had been`;
  return [
    {
      limit: 'min-pass',
      verdict: certain ?? 'inconclusive',
      detail: `${stoppedAfter(knowledge)}, least pass@1 ${Number((minPass * 100).toPrecision(6))} %: ${found}; a point threshold: only the estimate is held against it`,
      isPointThreshold: true,
    },
  ];
}

function stoppedAfter({ candidate, reference }: Knowledge): string {
  return `stopped by rule after ${candidate.size} of ${reference.size} tasks`;
}

/** Limits on what a stopped run has not measured. */
function asksForMore({ maxTpotRatio, maxKl }: GateLimits): boolean {
  return maxTpotRatio !== undefined || maxKl !== undefined;
}
