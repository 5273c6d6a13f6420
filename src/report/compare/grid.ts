import type { BenchComparison, CellComparison } from '../../records/bench-comparison.ts';
import type { Figure } from '../../records/report.ts';
import { speedupText } from '../bench/document.ts';
import type { Rendition } from '../rendition.ts';
import type { ReportDocument } from '../words/document.ts';
import { figuresOf, figureTable } from '../words/figure-table.ts';
import { warningAnnotations } from '../words/pipeline.ts';
import { interval, threePlaces } from '../words/words.ts';

/** A grid's cells held against the reference model's, for every format. */
export function renditionOfGridComparison(report: BenchComparison): Rendition {
  const plan = report.planHash.slice(0, 8);
  return {
    data: () => report,
    document: () => describeGridComparison(report),
    table: () =>
      figureTable([
        ...report.comparisons.flatMap(({ candidate, reference, secondsRatio, sizeRatio }) => {
          const { id, model, quantization } = candidate;
          const owner = { plan, cell: id, model, quantization };
          return figuresOf(owner, { candidate, reference, secondsRatio, sizeRatio });
        }),
        ...report.speedups.flatMap(({ cell, speedup }) => figuresOf({ plan, cell }, { speedup })),
      ]),
    suites: 'a grid has times and no verdicts',
    annotations: () => warningAnnotations('evalkit compare', report.warnings),
  };
}

function describeGridComparison(report: BenchComparison): ReportDocument {
  const { run, reference, comparisons, speedups, status, warnings } = report;
  const ratios = comparisons.length === 0 ? [] : [[HEADS, ...comparisons.map(ratioRow)]];
  const overs =
    speedups.length === 0
      ? []
      : [[OVER_HEADS, ...speedups.map((one) => [one.what, one.cell, speedupText(one.speedup)])]];
  const [table = []] = [...ratios, ...overs];
  return {
    title: `compare: ${run}, ${status}, ${comparisons.length === 0 ? `${reference} alone` : `each model against ${reference} at the same work and settings`}`,
    table,
    tables: ratios.length === 0 ? [] : overs.map((over) => ({ heading: 'settings', table: over })),
    sections: [
      ...comparisons.flatMap(missing),
      {
        heading: 'compare',
        facts: [
          ...(ratios.length === 0 ? [] : [RATIO]),
          ...(overs.length === 0 ? [] : [SPEEDUP]),
          [
            'intervals',
            '95 %, by a bootstrap that resamples the minibatches of each side by itself; each side is one process, and the spread between processes is not in it',
          ],
          ['verdict', 'none: times, and no pass rate'],
        ],
      },
    ],
    warnings,
  };
}

const RATIO = [
  'ratio',
  "of median seconds a minibatch, the cell's over the reference's: above 1 is slower",
] as const;

const SPEEDUP = [
  'speed-up',
  'seconds of the other setting over seconds of the cell: above 1 is faster',
] as const;

const HEADS = [
  'cell',
  'seconds',
  'reference',
  'ratio',
  '95 % interval',
  'n',
  'prefill tok/s',
  'reference',
  'decode tok/s',
  'reference',
  'size ratio',
];

const OVER_HEADS = ['speed-up of', 'cell', 'speed-up (95 % interval)'];

function ratioRow({ candidate, reference, secondsRatio, sizeRatio }: CellComparison): string[] {
  return [
    candidate.id,
    median(candidate.seconds, 3),
    median(reference.seconds, 3),
    ...('notRun' in secondsRatio
      ? ['n/a', 'n/a', 'n/a']
      : [
          threePlaces(secondsRatio.estimate),
          interval(secondsRatio.ci95, threePlaces),
          String(secondsRatio.n),
        ]),
    median(candidate.prefillTokensPerSecond, 1),
    median(reference.prefillTokensPerSecond, 1),
    median(candidate.decodeTokensPerSecond, 1),
    median(reference.decodeTokensPerSecond, 1),
    typeof sizeRatio === 'number' ? threePlaces(sizeRatio) : 'n/a',
  ];
}

function median(figure: Figure | { readonly notRun: string }, digits: number): string {
  return 'notRun' in figure ? 'n/a' : figure.median.toFixed(digits);
}

/** Why a cell has no ratio. */
function missing({
  candidate,
  reference,
  secondsRatio,
}: CellComparison): ReportDocument['sections'][number][] {
  if (!('notRun' in secondsRatio)) {
    return [];
  }
  const facts = [candidate, reference].flatMap(({ id, seconds }) =>
    'notRun' in seconds ? [[id, `not run: ${seconds.notRun}`] as const] : [],
  );
  return [
    { heading: candidate.id, facts: [['ratio', `not run: ${secondsRatio.notRun}`], ...facts] },
  ];
}
