import { z } from 'zod';
import { isMeasuredFrom } from '../compare/differences.ts';
import { referenceCell } from '../modes/reference-cell.ts';
import { interval, nats } from '../report/words/words.ts';
import { defineLimit, type Prospect, type Sides } from './limit.ts';
import { typedDecimal } from './typed-values.ts';

/** Mean Kullback-Leibler divergence from the baseline's weights, in nats a token. */
export const maxKl = defineLimit({
  name: 'maxKl',
  schema: z.number().positive().finite(),
  help: 'Maximum KL divergence in nats per token (a point threshold)',
  typed: typedDecimal('must be a divergence above 0, in nats per token'),
  looser: 'larger',
  isPointThreshold: true,
  words: (value) => `KL at most ${value} nats a token`,
  refusePlan: (_, prospect) => usage(unmeasured(prospect)),
  refuseSides: (_, sides) => usage(undiverged(sides)),
  check: (value, { candidate: { name, report } }) => {
    const divergence = report?.divergence;
    if (divergence === undefined || 'notRun' in divergence || divergence.kl === undefined) {
      throw new RangeError(`no KL divergence for ${name}`);
    }
    const { kl, tokens } = divergence;
    return {
      verdict: kl.mean <= value ? 'pass' : 'fail',
      detail: `KL divergence ${nats(kl.mean)} nats a token (95 % interval ${interval(kl.ci95, nats)}, n = ${tokens} tokens), a lower bound, limit ${value}`,
    };
  },
});

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
        : divergence.kl === undefined || !Number.isFinite(divergence.kl.mean)
          ? 'it has no finite KL divergence'
          : undefined;
  return (
    reason &&
    `nothing to hold against it in ${name}: ${reason}; measure perplexity beside the baseline's weights in that run`
  );
}
