import { counted } from '../../records/counted.ts';
import type { CompareReport, Comparison, VerdictDistance } from '../../records/comparison.ts';
import type { GateVerdict } from '../../records/gate-verdict.ts';
import type { GateLimits } from '../../records/gate-limits.ts';
import type { ReportDocument } from '../words/document.ts';
import { nameInPart } from '../words/parts.ts';
import { flipSections, type ListedFlips } from './flips.ts';
import {
  interval,
  nats,
  pText,
  percent,
  points,
  threePlaces,
  signedPoints,
  sizeText,
} from '../words/words.ts';

const HEADS = [
  'difference',
  '95 % interval',
  'lost',
  'gained',
  'p (Holm)',
  'TPOT ratio',
  'size',
  'verdict',
];

/** Puts comparisons in words. Figures are rounded here and nowhere before. */
export function describeComparisons(
  { firstLine, comparisons, limits, metric }: CompareReport,
  flips: ListedFlips,
): ReportDocument {
  return {
    title: `compare: ${firstLine}`,
    table: [['candidate', nameInPart('pass@1', metric), ...HEADS], ...comparisons.map(tableRow)],
    sections: comparisons.flatMap((comparison) => [
      pairSection(comparison, limits),
      ...flipSections(comparison, flips),
    ]),
    warnings: [...new Set(comparisons.flatMap(({ warnings }) => warnings))],
  };
}

function tableRow(comparison: Comparison): string[] {
  const { candidate, difference, tpotRatio } = comparison;
  return [
    candidate.cell,
    `${percent(candidate.passAt1.estimate)} (n = ${comparison.tasks})`,
    signedPoints(difference.estimate),
    interval(difference.ci95, signedPoints),
    String(comparison.lost),
    String(comparison.gained),
    pText(comparison.pHolm),
    'notRun' in tpotRatio ? 'n/a' : threePlaces(tpotRatio.estimate),
    sizeRatioText(comparison),
    comparison.verdict,
  ];
}

function pairSection(
  comparison: Comparison,
  limits: GateLimits,
): ReportDocument['sections'][number] {
  const { reference, candidate, difference, detectableDrop } = comparison;
  const assumed = detectableDrop.isAssumed ? ', assumed since fewer than 5 flips were seen' : '';
  return {
    heading: `${candidate.name} against ${reference.name}`,
    facts: [
      ['reference pass@1', rateText(reference)],
      ['candidate pass@1', rateText(candidate)],
      [
        'difference',
        `${signedPoints(difference.estimate)}, 95 % interval ${interval(difference.ci95, signedPoints)}, n = ${counted(comparison.tasks, 'task')} (${METHODS[difference.method].interval})`,
      ],
      [
        'test',
        `two-sided p = ${pText(comparison.p)}, Holm over this table ${pText(comparison.pHolm)} (${METHODS[difference.method].test})`,
      ],
      ['flips', `${comparison.lost} lost, ${comparison.gained} gained`],
      ['noise floor', noiseText(comparison)],
      [
        'minimum detectable drop',
        `${points(detectableDrop.drop)} at ${percent(detectableDrop.power)} power (flip rate ${percent(detectableDrop.flipRate)}${assumed})`,
      ],
      ['verdict', verdictText(comparison, limits)],
      ['verdict distance', distanceText(comparison.verdict, comparison.distance)],
      ['truncated', `reference ${truncatedText(reference)}, candidate ${truncatedText(candidate)}`],
      ['TPOT ratio', timeText(comparison.tpotRatio)],
      ['TTFT ratio', timeText(comparison.ttftRatio)],
      [
        'size',
        candidate.weights === undefined || reference.weights === undefined
          ? 'unknown'
          : `${sizeText(candidate.weights)} against ${sizeText(reference.weights)}, ratio ${sizeRatioText(comparison)}`,
      ],
      ...likelihoodFacts(comparison),
      ['weights', comparison.descent],
    ],
  };
}

function sizeRatioText({ sizeRatio }: Comparison): string {
  return typeof sizeRatio === 'number' ? threePlaces(sizeRatio) : 'n/a';
}

const METHODS = {
  'tango+mcnemar': { interval: "Tango's score interval", test: "McNemar's exact test" },
  'bootstrap+sign-flip': {
    interval: 'bootstrap over tasks',
    test: 'sign-flip permutation test over tasks',
  },
} as const;

function rateText({ passAt1 }: Comparison['reference']): string {
  const { estimate, ci95, passed, total } = passAt1;
  return `${percent(estimate)} (${passed} of ${total} completions), 95 % interval ${interval(ci95, percent)}`;
}

function noiseText({ noiseFloor }: Comparison): string {
  return 'notRun' in noiseFloor
    ? `not run: ${noiseFloor.notRun}`
    : `${noiseFloor.flips} of ${noiseFloor.tasks} tasks of the reference flip by themselves at another batch size`;
}

const VERDICTS: Readonly<Record<GateVerdict, string>> = {
  pass: 'the drop is shown to be under',
  fail: 'worse than the reference, and the best estimate is over',
  inconclusive: 'the data do not decide about',
};

function verdictText({ verdict }: Comparison, { maxDrop, confidence }: GateLimits): string {
  return `${verdict}: ${VERDICTS[verdict]} the margin of ${points(maxDrop)} (one-sided, ${percent(confidence)} confidence, this pair by itself)`;
}

/** How far a verdict is from turning, in words. */
export function distanceText(verdict: GateVerdict, distance: VerdictDistance): string {
  const { lostToLeavePass, lostToFail, regainedToPass } = distance;
  const parts = [
    lostToLeavePass === undefined ? [] : [`${lostToLeavePass} more lost and it is not a pass`],
    lostToFail === undefined ? [] : [`${lostToFail} more lost and it is a fail`],
    regainedToPass === undefined ? [] : [`${regainedToPass} fewer lost and it is a pass`],
  ].flat();
  return parts.length === 0 ? `nothing turns this ${verdict}` : parts.join('; ');
}

function truncatedText({ truncated, looping, completions }: Comparison['reference']): string {
  return completions === 0
    ? 'unknown (a baseline file holds no completions)'
    : `${truncated} of ${completions} completions (${looping} of them loop)`;
}

function timeText(ratio: Comparison['tpotRatio']): string {
  return 'notRun' in ratio
    ? `not run: ${ratio.notRun}`
    : `${threePlaces(ratio.estimate)}, 95 % interval ${interval(ratio.ci95, threePlaces)}, n = ${counted(ratio.n, 'task')} (above 1 is slower)`;
}

function likelihoodFacts({
  divergence,
  reference,
  candidate,
}: Comparison): [label: string, value: string][] {
  const facts: [string, string][] = [];
  if (!('notRun' in reference.perplexity) && !('notRun' in candidate.perplexity)) {
    facts.push([
      'perplexity',
      `${candidate.perplexity.micro.toFixed(3)} (${interval(candidate.perplexity.ci95, (value) => value.toFixed(3))}) against ${reference.perplexity.micro.toFixed(3)}, n = ${candidate.perplexity.tokens} tokens`,
    ]);
  }
  if ('notRun' in divergence) {
    return [...facts, ['NLL and KL', `not run: ${divergence.notRun}`]];
  }
  const { nllDifference, kl, tokens } = divergence;
  facts.push([
    'NLL difference',
    `${nats(nllDifference.estimate)} nats a token, 95 % interval ${interval(nllDifference.ci95, nats)}, n = ${tokens} tokens`,
  ]);
  if (kl !== undefined) {
    facts.push([
      'KL divergence',
      `${nats(kl.mean)} nats a token, 95 % interval ${interval(kl.ci95, nats)}, n = ${tokens} tokens: a lower bound, from the ${kl.top} likeliest tokens of the reference, which hold ${percent(kl.coverage)} of its probability`,
    ]);
  }
  return facts;
}
