import { pairedRatio, type PairedRatio } from '../metrics/paired-ratio.ts';
import type { PairedDrop } from '../metrics/paired-drop.ts';
import type { TaskPair } from '../metrics/paired-drop.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { GateCheck } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { RuleOutcome } from '../records/rule.ts';
import { minPassVerdict } from './curtail.ts';
import { dropVerdict } from '../compare/drop-verdict.ts';
import type { CellEvidence } from '../compare/evidence.ts';

/** The drop held against the margin, in words that say what was shown and what was not. */
export function dropCheck(
  drop: PairedDrop,
  limits: GateLimits,
  context: { readonly pHolm: number; readonly isLossy: boolean },
): GateCheck {
  const { lower, upper } = drop.bounds(limits.confidence);
  const verdict = dropVerdict(drop, limits, context.pHolm);
  const found = `drop ${inPoints(drop.estimate)}, one-sided ${inPercent(limits.confidence)} bounds ${inPoints(lower)} and ${inPoints(upper)}, ${drop.lost} lost and ${drop.gained} gained of n = ${drop.tasks} tasks, one-sided p = ${context.pHolm.toPrecision(3)} (Holm)`;
  const meaning: Readonly<Record<GateVerdict, string>> = {
    pass: `the drop is under ${inPoints(limits.maxDrop)}`,
    fail: `worse than the reference, and the best estimate is over ${inPoints(limits.maxDrop)}; ${lower > limits.maxDrop ? 'so is the lower bound' : `that the true drop is over it is not shown: it may be as little as ${inPoints(lower)}`}`,
    inconclusive: `neither is the drop shown to be under ${inPoints(limits.maxDrop)}, nor is the candidate shown to be worse with an estimate over it`,
  };
  const isHeldBack = context.isLossy && verdict === 'pass';
  return {
    limit: 'max-drop',
    verdict: isHeldBack ? 'inconclusive' : verdict,
    detail: `${found}: ${meaning[verdict]}${isHeldBack ? '; but the reference has lost something itself, and what the candidate lost from the original is not seen: compare with unquantized weights, or accept this one with --allow-lossy-reference' : ''}`,
    isPointThreshold: false,
  };
}

/**
 * TPOT over the baseline's, with its interval; `undefined` where no limit asks for it. Throws a
 * `RangeError` where there is no ratio: a limit that was asked for is never left out.
 */
export function tpotCheck(
  reference: CellEvidence,
  candidate: CellEvidence,
  { maxTpotRatio, confidence }: GateLimits,
): { readonly check: GateCheck; readonly ratio: PairedRatio } | undefined {
  if (maxTpotRatio === undefined) {
    return undefined;
  }
  const ratio = pairedRatio(candidate.times.tpotMs, reference.times.tpotMs, confidence);
  if (ratio === undefined || !Number.isFinite(ratio.estimate)) {
    throw new RangeError(`no ratio of TPOT for ${candidate.name}`);
  }
  const { lower, upper, estimate, n } = ratio;
  const verdict = upper < maxTpotRatio ? 'pass' : lower > maxTpotRatio ? 'fail' : 'inconclusive';
  return {
    ratio,
    check: {
      limit: 'max-tpot-ratio',
      verdict,
      detail: `TPOT ${estimate.toFixed(3)} times the baseline's, one-sided ${inPercent(confidence)} bounds ${lower.toFixed(3)} and ${upper.toFixed(3)}, n = ${n} tasks, limit ${maxTpotRatio}`,
      isPointThreshold: false,
    },
  };
}

/** One row alone has no interval over rows. */
function intervalText(ci95: readonly [number, number] | null): string {
  return ci95 === null ? 'n/a: one row' : `${ci95[0].toFixed(4)} to ${ci95[1].toFixed(4)}`;
}

/**
 * The divergence against its limit, a point threshold; none where no limit asks for it. Throws a
 * `RangeError` where there is no divergence: a limit that was asked for is never left out.
 */
export function klChecks({ name, report }: CellEvidence, { maxKl }: GateLimits): GateCheck[] {
  if (maxKl === undefined) {
    return [];
  }
  const divergence = report?.divergence;
  if (divergence === undefined || 'notRun' in divergence || divergence.kl === undefined) {
    throw new RangeError(`no KL divergence for ${name}`);
  }
  const { kl, tokens } = divergence;
  return [
    {
      limit: 'max-kl',
      verdict: kl.mean <= maxKl ? 'pass' : 'fail',
      detail: `KL divergence ${kl.mean.toFixed(4)} nats a token (95 % interval ${intervalText(kl.ci95)}, n = ${tokens} tokens), a lower bound, limit ${maxKl}; a point threshold: only the estimate is held against it`,
      isPointThreshold: true,
    },
  ];
}

/** The pass rate against its least value, a point threshold; none where no limit asks for it. */
export function minPassChecks(pairs: readonly TaskPair[], limits: GateLimits): GateCheck[] {
  const { minPass } = limits;
  if (minPass === undefined) {
    return [];
  }
  const shares = pairs.map(({ candidate }) => candidate.passed / candidate.samples);
  const rate = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  return [
    {
      limit: 'min-pass',
      verdict: minPassVerdict(pairs, limits),
      detail: `pass@1 ${inPercent(rate)} over n = ${pairs.length} tasks, least ${inPercent(minPass)}; a point threshold: only the estimate is held against it`,
      isPointThreshold: true,
    },
  ];
}

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

function inPoints(share: number): string {
  return `${(share * 100).toFixed(2)} points`;
}

function inPercent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`;
}
