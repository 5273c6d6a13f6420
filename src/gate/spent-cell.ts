import type { CellEvidence } from '../compare/evidence.ts';
import { describeDescent } from '../compare/descent.ts';
import { LIMITS } from '../limits/index.ts';
import { environmentError } from '../records/error.ts';
import type { GateCell } from '../records/gate.ts';
import type { RuleOutcome } from '../records/rule.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import { limitChecks, ruleChecks } from './checks.ts';
import { passRateOf } from './pass-rate.ts';
import { worstOf } from './worst-of.ts';
import { passPlan, spentVerdict } from './spend.ts';
import type { Asked } from './stopped-cell.ts';

/**
 * The verdict of a cell whose looks spent their error by plan, worked out again from what each saw.
 * Throws where these limits ask for something else, or leave open a cell that was ended.
 */
export function verdictOfLooks(candidate: CellEvidence, asked: Asked): GateVerdict {
  const { reference, candidates, limits, family } = asked;
  const { looks, planned } = candidate.spending ?? { looks: [], planned: [] };
  const others = LIMITS.filter(
    (limit) =>
      limit.name !== 'maxDrop' && (limit.isOnCompletions(limits) || limit.isOnMore(limits)),
  );
  const verdict =
    others.length > 0
      ? undefined
      : spentVerdict({
          looks,
          tasks: planned.at(-1) ?? 0,
          passes: passPlan(planned, limits),
          limits,
          cells: family ?? candidates.length,
        });
  if (verdict === undefined) {
    throw environmentError(
      `${candidate.name} was stopped by rule after ${candidate.counts.size} of ${reference.counts.size} tasks, which do not settle these limits; finish the run without --sequential`,
    );
  }
  return verdict;
}

/** Such a cell as the gate shows it: with a pass rate only where all tasks were asked. */
export function spentCell(
  candidate: CellEvidence,
  asked: Asked & { readonly rules: readonly RuleOutcome[]; readonly allowLossyReference: boolean },
): GateCell {
  const { reference, limits, rules, allowLossyReference } = asked;
  const { lost = 0, gained = 0, pairs = 0 } = candidate.spending?.looks.at(-1) ?? {};
  const verdict = verdictOfLooks(candidate, asked);
  const { isReferenceLossy } = describeDescent(reference.cell?.model, candidate.cell?.model);
  const { checks: held } = limitChecks(
    (limit) =>
      limit.name === 'maxDrop'
        ? {
            verdict,
            detail: `${candidate.spending?.looks.length} looks that spend their error by plan, ${limit.words(limits)}: ${lost} lost and ${gained} gained of n = ${pairs} of ${reference.counts.size} tasks`,
          }
        : undefined,
    isReferenceLossy && !allowLossyReference,
  );
  const checks = [...held, ...ruleChecks(rules, candidate.id)];
  return {
    cell: candidate.id,
    verdict: worstOf(checks.map((check) => check.verdict)),
    passAt1: candidate.stopped === undefined ? passRateOf([...candidate.counts.values()]) : null,
    tasks: reference.counts.size,
    lost,
    gained,
    drop: null,
    p: null,
    pHolm: null,
    checks,
  };
}
