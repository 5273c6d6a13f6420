import type { CellPlan, Plan } from '../records/plan.ts';
import type { CellReport } from '../records/report.ts';
import { does } from '../records/stage.ts';
import type { RunRecords } from '../store/run-store.ts';
import { latency } from './latency/index.ts';
import type { Preparation, PreparedMeasure } from './measure.ts';
import { passRate } from './pass-rate/index.ts';
import { perplexity } from './perplexity/index.ts';

/**
 * What is measured on the cells of a run, in the order in which it is done: judging wants no busy
 * process beside it, and timing none at all. `bench` is none of them: its cells are points of a grid
 * and no models under test, with a plan and records of their own.
 */
export const MEASURES = [passRate, latency, perplexity] as const;

/** The options of all measures. */
export type MeasureOptions = Intersection<
  Parameters<(typeof MEASURES)[number]['part']>[0] & object
>;
type Columns = Intersection<ReturnType<(typeof MEASURES)[number]['columns']>>;
type Intersection<Union> = (Union extends unknown ? (one: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** What the measures add to a run's plan. */
export function measureParts(options: MeasureOptions, taskIds: readonly string[]): Partial<Plan> {
  return Object.assign({}, ...MEASURES.map((measure) => measure.part(options, taskIds)));
}

/** The measures of a run, or of its one stage, ready to be executed in their order. */
export async function prepareMeasures(
  preparation: Preparation<MeasureOptions>,
): Promise<PreparedMeasure[]> {
  const prepared: PreparedMeasure[] = [];
  for (const measure of MEASURES.filter(({ stages }) =>
    stages.some((one) => does(one, preparation.stage)),
  )) {
    prepared.push(await measure.prepare(preparation));
  }
  return prepared;
}

/** A cell's columns of all measures. */
export function measureColumns(
  cell: CellPlan,
  of: { readonly reference: CellPlan; readonly records: RunRecords },
): Columns {
  return Object.assign({}, ...MEASURES.map((measure) => measure.columns(cell, of)));
}

/** Whether something is missing of a cell that the same command would still do. */
export function isIncomplete(cell: CellReport, records: RunRecords): boolean {
  return MEASURES.some((measure) => measure.isIncomplete(cell, records));
}
