import { environmentError } from '../records/error.ts';
import type { GateCell } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { RuleOutcome } from '../records/rule.ts';
import { LIMITS } from '../limits/index.ts';
import type { Finding, Limit } from '../limits/limit.ts';
import { certainVerdict, type Knowledge } from './curtail.ts';
import { describeDescent } from '../compare/descent.ts';
import type { CellEvidence } from '../compare/evidence.ts';
import { limitChecks, ruleChecks } from './checks.ts';
import { worstOf } from './worst-of.ts';

/** What a stopped cell is held against. */
export interface Asked {
  readonly reference: CellEvidence;
  readonly candidates: readonly CellEvidence[];
  readonly limits: GateLimits;
  /** Candidates over which p values are adjusted; absent: these. */
  readonly family?: number;
}

/**
 * A cell that a rule stopped early: its verdict is worked out again, from the completions
 * present and whatever the others could have been. Throws where these limits leave it open.
 */
export function stoppedCell(
  candidate: CellEvidence,
  input: Asked & {
    readonly rules: readonly RuleOutcome[];
    readonly allowLossyReference: boolean;
  },
): GateCell {
  const { reference, rules, allowLossyReference } = input;
  settledVerdict(candidate, input);
  const { isReferenceLossy } = describeDescent(reference.cell?.model, candidate.cell?.model);
  const knowledge = knowledgeOf(candidate, input);
  const checks = [
    ...limitChecks((limit) => findingOn(limit, knowledge), isReferenceLossy && !allowLossyReference)
      .checks,
    ...ruleChecks(rules, candidate.id),
  ];
  const flips = [...candidate.counts].map(
    ([taskId, count]) => count.passed - (reference.counts.get(taskId)?.passed ?? 0),
  );
  return {
    cell: candidate.id,
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

/** The certain verdict on the completions of a stopped cell. Throws an `EvalkitError` where none is. */
export function settledVerdict(candidate: CellEvidence, asked: Asked): GateVerdict {
  const certain = certainVerdict(knowledgeOf(candidate, asked));
  if (certain === undefined || LIMITS.some(({ isOnMore }) => isOnMore(asked.limits))) {
    throw environmentError(
      `${candidate.name} was stopped by rule after ${candidate.counts.size} of ${asked.reference.counts.size} tasks, which do not settle these limits; finish the run without --sequential`,
    );
  }
  return certain;
}

function knowledgeOf(
  candidate: CellEvidence,
  { reference, candidates, limits, family }: Asked,
): Knowledge {
  return {
    reference: reference.counts,
    candidate: candidate.counts,
    samples: candidate.samples,
    limits,
    cells: family ?? candidates.length,
  };
}

/** What holds of one limit whatever the other completions had been; nothing of a limit that is not set. */
function findingOn(limit: Limit, knowledge: Knowledge): Finding | undefined {
  const { limits } = knowledge;
  if (!limit.isOnCompletions(limits)) {
    return undefined;
  }
  const certain = certainVerdict(knowledge, [limit]);
  const found = certain === undefined ? 'left open' : `${certain} whatever the others had been`;
  return {
    verdict: certain ?? 'inconclusive',
    detail: `${stoppedAfter(knowledge)}, ${limit.words(limits)}: ${found}`,
  };
}

function stoppedAfter({ candidate, reference }: Knowledge): string {
  return `stopped by rule after ${candidate.size} of ${reference.size} tasks`;
}
