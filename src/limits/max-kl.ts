import { z } from 'zod';
import { isMeasuredFrom } from '../compare/differences.ts';
import { referenceCell } from '../modes/reference-cell.ts';
import type { PerplexityCell } from '../records/perplexity-report.ts';
import type { DivergenceReport } from '../records/report.ts';
import { interval, nats } from '../report/words/words.ts';
import { defineLimit, type Finding, type Prospect, type Sides } from './limit.ts';
import { typedDecimal } from './typed-values.ts';

/** Mean Kullback-Leibler divergence from the baseline's weights, in nats a token. */
export const maxKl = defineLimit({
  name: 'maxKl',
  schema: z.number().positive().finite(),
  help: 'Maximum KL divergence in nats per token (a point threshold)',
  typed: typedDecimal('must be a divergence above 0, in nats per token'),
  measuredBy: [{ option: 'kl', why: 'which measures it' }],
  looser: 'larger',
  isPointThreshold: true,
  words: (value) => `KL at most ${value} nats a token`,
  refusePlan: (_, prospect) => usage(unmeasured(prospect)),
  refuseSides: (_, sides) => usage(undiverged(sides)),
  check: (value, { candidate: { name, report } }) => findKl(value, name, report?.divergence),
  refuseScores: (_, { id, divergence }) => usage(unscored(id, divergence)),
  checkScores: (value, { id, divergence }) => findKl(value, id, divergence),
});

type Divergence = PerplexityCell['divergence'];

function findKl(value: number, name: string, divergence: Divergence): Finding {
  if (divergence === undefined || 'notRun' in divergence || divergence.kl === undefined) {
    throw new RangeError(`no KL divergence for ${name}`);
  }
  const { kl, tokens } = divergence;
  return {
    verdict: kl.mean <= value ? 'pass' : 'fail',
    detail: `KL divergence ${nats(kl.mean)} nats a token (95 % interval ${interval(kl.ci95, nats)}, n = ${tokens} tokens), a lower bound, limit ${value}`,
  };
}

function unscored(id: string, divergence: Divergence = { notRun: 'it is the reference' }) {
  if ('notRun' in divergence) {
    return `nothing to hold against it in ${id}: ${divergence.notRun}; leave it out of evalkit perplexity`;
  }
  return hasFiniteKl(divergence)
    ? undefined
    : `nothing to hold against it in ${id}: it has no finite KL divergence; measure it with evalkit perplexity --kl`;
}

function hasFiniteKl({ kl }: DivergenceReport): boolean {
  return kl !== undefined && Number.isFinite(kl.mean);
}

function usage(reason: string | undefined) {
  return reason === undefined ? undefined : ({ kind: 'usage', reason } as const);
}

/** Divergence is measured from the run's own reference cell, whatever the baseline is. */
function unmeasured({ plan, reference, candidates, hasKl }: Prospect): string | undefined {
  if (!hasKl) {
    return 'this run would measure no KL divergence; give --kl, and leave out --no-perplexity';
  }
  const origin = referenceCell(plan.cells);
  if (!isMeasuredFrom(origin, reference)) {
    return `this run would measure divergence from ${origin.id}, which is not the baseline; name the baseline's weights with --model, too`;
  }
  const alike = candidates.find((cell) => isMeasuredFrom(origin, cell));
  return (
    alike &&
    `${alike.id} has the weights of the baseline, and no divergence from itself; leave it out, or gate without --max-kl`
  );
}

function undiverged({ reference, candidate }: Sides): string | undefined {
  const { name, report, divergedFrom } = candidate;
  const divergence = report?.divergence ?? { notRun: 'no perplexity pass' };
  const reason =
    'notRun' in divergence
      ? divergence.notRun
      : divergedFrom === undefined || !isMeasuredFrom(divergedFrom, reference.cell)
        ? `its divergence was measured from ${divergence.reference}, which is not the baseline`
        : !hasFiniteKl(divergence)
          ? 'it has no finite KL divergence'
          : undefined;
  return (
    reason &&
    `nothing to hold against it in ${name}: ${reason}; measure perplexity beside the baseline's weights in that run`
  );
}
