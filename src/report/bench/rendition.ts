import type { BenchPlan, BenchReport } from '../../records/bench.ts';
import type { Annotation, Rendition } from '../rendition.ts';
import { figuresOf, figureTable } from '../words/figure-table.ts';
import { warningAnnotations } from '../words/pipeline.ts';
import { machineText } from '../words/words.ts';
import { describeBench } from './document.ts';
import { benchPictures } from './pictures.ts';
import { describeEstimate } from './estimate.ts';

const TITLE = 'evalkit bench';

/** Formats that a grid cannot have, each with the reason. */
export const NOT_OF_GRIDS = { junit: 'a grid has times, not verdicts' } as const;

/** A grid for every format. */
export function renditionOfBench(report: BenchReport): Rendition {
  return {
    data: () => report,
    document: () => describeBench(report),
    table: () =>
      figureTable(
        report.cells.flatMap((cell) => {
          const { id, model, quantization } = cell;
          const plan = report.planHash.slice(0, 8);
          return figuresOf({ plan, cell: id, model, quantization }, cell);
        }),
      ),
    pictures: () => benchPictures(report),
    startedAt: report.startedAt,
    head: () => ({
      machine: machineText(report.machine),
      figures:
        'Times of this machine alone, medians over repeats with 95 % intervals; a speed-up is paired over the same work.',
    }),
    suites: NOT_OF_GRIDS.junit,
    annotations: () => [...failures(report), ...warningAnnotations(TITLE, report.warnings)],
  };
}

/** Cells that are to be measured again. */
function failures({ cells }: BenchReport): Annotation[] {
  return cells.flatMap(({ id, outcome }) =>
    outcome?.kind === 'failed'
      ? [{ level: 'error', title: TITLE, message: `${id}: ${outcome.detail}` }]
      : [],
  );
}

/** A grid that has not run, and the milliseconds that a cell is likely to take at most. */
export interface BenchEstimate {
  readonly plan: BenchPlan;
  readonly estimates: ReadonlyMap<string, number>;
}

/** What `evalkit bench --dry-run` prints. */
export function renditionOfBenchPlan({ plan, estimates }: BenchEstimate): Rendition {
  const why = 'a dry run measures nothing';
  return {
    data: () => ({ plan, estimatesMs: Object.fromEntries(estimates) }),
    document: () => describeEstimate(plan, estimates),
    table: why,
    suites: why,
    annotations: why,
  };
}
