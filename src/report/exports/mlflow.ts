import { sha256Json } from '../../records/hash.ts';
import type { CellReport, Report } from '../../records/report.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';
import { metricRows } from '../words/metric-rows.ts';
import { machineText } from '../words/words.ts';

/** A name and its value, as MLflow's REST interface takes params and tags. */
export interface MlflowText {
  readonly key: string;
  readonly value: string;
}

/** A cell as a run of MLflow's. */
export interface MlflowRun {
  readonly name: string;
  /** Begin, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly params: readonly MlflowText[];
  readonly metrics: readonly { readonly key: string; readonly value: number }[];
  readonly tags: readonly MlflowText[];
}

/** The tag that says of what figures a run is made: the same ones are not sent twice. */
export const FIGURES_TAG = 'evalkit.figures';

/** MLflow keeps no more of a value than this, and no longer keys. */
const LONGEST_VALUE = 500;
const LONGEST_KEY = 250;

/**
 * A run in MLflow's terms: a run a cell, with every figure of the cell under its path in `report.json`
 * (`pass@1` is `passAt1.estimate`, its bounds `passAt1.estimate.low95` and `.high95`). What was not
 * measured has no metric.
 */
export function toMlflow(report: Report): MlflowRun[] {
  return report.cells.map((cell) => {
    const params = paramsOf(cell, report);
    const metrics = metricsOf(cell);
    return {
      name: text(cell.id),
      startedAt: Date.parse(report.startedAt),
      params,
      metrics,
      tags: [
        { key: FIGURES_TAG, value: sha256Json({ planHash: report.planHash, params, metrics }) },
        { key: 'evalkit.planHash', value: report.planHash },
        { key: 'evalkit.status', value: report.status },
      ],
    };
  });
}

function metricsOf(cell: CellReport): MlflowRun['metrics'] {
  return metricRows(cell).flatMap(({ metric, value, low95, high95 }) =>
    [
      { key: metric, value },
      { key: `${metric}.low95`, value: low95 },
      { key: `${metric}.high95`, value: high95 },
    ].flatMap((one) =>
      one.value === undefined ? [] : [{ key: keyOf(one.key), value: one.value }],
    ),
  );
}

function paramsOf(cell: CellReport, { dataset, versions, machine }: Report): MlflowText[] {
  return Object.entries({
    model: cell.model,
    quantization: cell.quantization,
    weights: cell.weights.kind === 'file' ? cell.weights.sha256 : cell.weights.kind,
    decode: cell.decode.mode,
    prompt: cell.prompt.mode,
    maxTokens: String(cell.maxTokens),
    settings: cell.settingsText,
    suite: `${dataset.suite.name} ${dataset.suite.version}`,
    dataset: dataset.sha256,
    tasks: `${dataset.tasks} of ${dataset.total}`,
    evalkit: versions.evalkit,
    engine: versions.engine,
    machine: machineText(machine),
  }).map(([key, value]) => ({ key, value: text(value) }));
}

/** MLflow takes letters, digits, and some marks. */
function keyOf(path: string): string {
  return path.replace(/[^\w. /-]/g, '_').slice(0, LONGEST_KEY);
}

function text(value: string): string {
  return shortened(visibleText(value), LONGEST_VALUE);
}
