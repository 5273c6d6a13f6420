import { describeDescent } from '../compare/descent.ts';
import { firstLineOfScores, type ScoredModel, type ScoredRun } from '../compare/compare-scores.ts';
import { LIMITS } from '../limits/index.ts';
import type { Limit } from '../limits/limit.ts';
import { environmentError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { PerplexityGate } from '../records/perplexity-gate.ts';
import { checkOf } from './checks.ts';
import { refuseUnquantized } from './fitness.ts';
import { worstOf } from './worst-of.ts';

/** Limits that a folder of scores can be held against: all others are on what it does not have. */
export const SCORE_LIMITS: readonly Limit[] = LIMITS.filter(({ isOnScores }) => isOnScores);

/**
 * Decides on each model of a folder of scores against the folder's reference, on what a text alone can
 * show. Throws an `EvalkitError` where that would rest on nothing.
 */
export function decideScores(
  scored: ScoredRun,
  { limits, allowLossyReference }: { limits: GateLimits; allowLossyReference: boolean },
): PerplexityGate {
  refuseUnfit(scored, limits);
  const { run, reference, others, summary } = scored;
  const cells = others.map((other) =>
    decideModel(reference, other, { limits, allowLossyReference }),
  );
  return {
    version: 1,
    kind: 'perplexity',
    verdict: worstOf(cells.map(({ verdict }) => verdict)),
    firstLine: `decided on the scores of a text alone: no pass rate was measured, and no limit on a drop was held; ${firstLineOfScores(scored)}`,
    candidate: run,
    baseline: { name: reference.cell.id },
    limits: Object.fromEntries(
      SCORE_LIMITS.flatMap(({ name }) => {
        const value = limits[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    ),
    cells,
    warnings: [...summary.warnings],
  };
}

function refuseUnfit({ run, summary, reference, others }: ScoredRun, limits: GateLimits): void {
  if (summary.status === 'incomplete') {
    throw environmentError(
      `${run} is incomplete: scores are missing; finish the run with the same command, then gate it`,
    );
  }
  for (const { subject, cell } of others) {
    refuseUnquantized(reference.subject.model, subject.model, cell.id);
    for (const limit of SCORE_LIMITS) {
      limit.refuseScores(limits, cell);
    }
  }
}

function decideModel(
  reference: ScoredModel,
  { subject, cell }: ScoredModel,
  { limits, allowLossyReference }: { limits: GateLimits; allowLossyReference: boolean },
): PerplexityGate['cells'][number] {
  const { divergence } = cell;
  if (divergence === undefined || 'notRun' in divergence) {
    throw new RangeError(`no divergence of ${cell.id}`);
  }
  const { isReferenceLossy } = describeDescent(reference.subject.model, subject.model);
  const checks = SCORE_LIMITS.flatMap((limit) => {
    const finding = limit.checkScores(limits, cell);
    // In a run the limit on the drop holds a pass back; here nothing else would.
    return finding === undefined
      ? []
      : [
          checkOf(
            { ...limit, needsOriginal: true },
            finding,
            isReferenceLossy && !allowLossyReference,
          ),
        ];
  });
  return {
    cell: cell.id,
    verdict: worstOf(checks.map(({ verdict }) => verdict)),
    divergence,
    checks,
  };
}
