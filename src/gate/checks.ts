import { LIMITS } from '../limits/index.ts';
import type { Finding, Limit } from '../limits/limit.ts';
import type { GateCell, GateCheck } from '../records/gate.ts';
import type { RuleOutcome } from '../records/rule.ts';

type CheckedLimit = Pick<Limit, 'flag' | 'isPointThreshold' | 'needsOriginal'>;

/** What is held against a cell, and what of it the cell's record shows. */
interface Checks {
  readonly checks: GateCheck[];
  readonly figures: Partial<GateCell>;
}

/** Each limit that is set and finds something, in the table's order. `isLossy`: the reference may be. */
export function limitChecks(find: (limit: Limit) => Finding | undefined, isLossy: boolean): Checks {
  const found = LIMITS.flatMap((limit) => {
    const finding = find(limit);
    return finding === undefined ? [] : [{ limit, finding }];
  });
  return {
    checks: found.map(({ limit, finding }) => checkOf(limit, finding, isLossy)),
    figures: Object.assign({}, ...found.map(({ finding }) => finding.figures)),
  };
}

/** What a limit finds, as records hold it. `isLossy`: the reference may be. */
export function checkOf(
  limit: CheckedLimit,
  { verdict, detail }: Finding,
  isLossy: boolean,
): GateCheck {
  const { flag, isPointThreshold = false, needsOriginal = false } = limit;
  const isHeldBack = needsOriginal && isLossy && verdict === 'pass';
  return {
    limit: flag.slice(2),
    verdict: isHeldBack ? 'inconclusive' : verdict,
    detail: [
      detail,
      ...(isHeldBack ? [HELD_BACK] : []),
      ...(isPointThreshold ? ['a point threshold: only the estimate is held against it'] : []),
    ].join('; '),
    isPointThreshold,
  };
}

const HELD_BACK =
  'but the reference has lost something itself, and what the candidate lost from the original is not seen: compare with unquantized weights, or accept this one with --allow-lossy-reference';

/** What users' rules say of a cell. */
export function ruleChecks(rules: readonly RuleOutcome[], cell: string): GateCheck[] {
  return rules
    .filter((outcome) => outcome.cell === cell)
    .map(({ rule, passed }) => ({
      limit: 'rule',
      verdict: passed ? 'pass' : 'fail',
      detail: rule,
      isPointThreshold: true,
    }));
}
