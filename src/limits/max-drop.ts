import { counted } from '../records/counted.ts';
import { dropVerdict } from '../compare/drop-verdict.ts';
import { pairedDrop } from '../metrics/paired-drop.ts';
import { marginSchema } from '../records/gate-limits.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import { exactPercent, percent, points } from '../report/words/words.ts';
import { type CheckContext, defineLimit } from './limit.ts';
import { typedShare } from './typed-values.ts';

/** The drop of pass@1 must be shown to be under this. */
export const maxDrop = defineLimit({
  name: 'maxDrop',
  schema: marginSchema.shape.maxDrop,
  // What one greedy pass over 164 tasks can show with up to 11 tasks lost and 11 gained.
  standard: 0.05,
  standardText: '5pp',
  help: 'The drop of pass@1 must be shown to be under this, as 5pp or 0.05',
  typed: typedShare(
    'pp',
    0,
    'must be a drop between 0 and 1; write percentage points as 5pp, or a share as 0.05',
  ),
  looser: 'larger',
  needsOriginal: true,
  words: (value, { confidence }) =>
    `drop under ${points(value)} at ${percent(confidence)} confidence, one-sided`,
  verdict: (_, { pairs, holmFactor, limits }) => {
    const drop = pairedDrop(pairs);
    return dropVerdict(drop, limits, drop.p.worse * holmFactor);
  },
  check: (value, context) => {
    const { drop, limits, pHolm } = context;
    const verdict = dropVerdict(drop, limits, pHolm);
    return { verdict, detail: `${foundText(context)}: ${meaningOf(verdict, value, context)}` };
  },
});

function foundText({ drop, limits, pHolm }: CheckContext): string {
  const { lower, upper } = drop.bounds(limits.confidence);
  return `drop ${points(drop.estimate)}, one-sided ${exactPercent(limits.confidence)} bounds ${points(lower)} and ${points(upper)}, ${drop.lost} lost and ${drop.gained} gained of n = ${counted(drop.tasks, 'task')}, one-sided p = ${pHolm.toPrecision(3)} (Holm)`;
}

/** What was shown, and what was not. */
function meaningOf(verdict: GateVerdict, margin: number, { drop, limits }: CheckContext): string {
  const { lower } = drop.bounds(limits.confidence);
  switch (verdict) {
    case 'pass':
      return `the drop is under ${points(margin)}`;
    case 'fail':
      return `worse than the reference, and the best estimate is over ${points(margin)}; ${lower > margin ? 'so is the lower bound' : `that the true drop is over it is not shown: it may be as little as ${points(lower)}`}`;
    case 'inconclusive':
      return `neither is the drop shown to be under ${points(margin)}, nor is the candidate shown to be worse with an estimate over it`;
  }
}
