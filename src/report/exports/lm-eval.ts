import { taskResults, type TaskResult } from '../../measures/pass-rate/task-results.ts';
import { sha256Text } from '../../records/hash.ts';
import type { CellReport, Report } from '../../records/report.ts';
import { visibleJson } from '../../records/visible-text.ts';
import type { RunToRender } from '../humaneval/rendition.ts';
import type { ExportedFile } from './export.ts';

/** The name of lm-eval's filter for tasks whose tests are run. */
const FILTER = 'create_test';

/**
 * A run in the files that lm-eval (0.4) leaves, a folder a cell: `results_DATE.json` and
 * `samples_TASK_DATE.jsonl`. What evalkit knows beyond that stands under `evalkit`.
 */
export function toLmEval(run: RunToRender): ExportedFile[] {
  const { report, records } = run;
  const results = Map.groupBy(taskResults(records), ({ cell }) => cell);
  const date = report.startedAt.replaceAll(':', '-').replace('Z', '');
  const task = report.dataset.suite.name;
  return report.cells.flatMap((cell) => {
    const folder = cell.id.replace(/[^\w.-]+/g, '__');
    const own = results.get(cell.id) ?? [];
    return [
      { name: `${folder}/results_${date}.json`, text: json(resultsOf(cell, report), 2) },
      {
        name: `${folder}/samples_${task}_${date}.jsonl`,
        text: samplesOf(own, run)
          .map((sample) => json(sample))
          .join(''),
      },
    ];
  });
}

function json(value: object, indent?: number): string {
  return `${visibleJson(JSON.stringify(value, null, indent))}\n`;
}

function resultsOf(cell: CellReport, report: Report): object {
  const { dataset, versions } = report;
  const task = dataset.suite.name;
  return {
    results: { [task]: { alias: task, ...metricsOf(cell) } },
    group_subtasks: { [task]: [] },
    configs: {
      [task]: {
        task,
        output_type: 'generate_until',
        num_fewshot: 0,
        repeats: 'notRun' in cell.passAt1 ? 1 : cell.passAt1.samples,
        metadata: { version: dataset.suite.version, dataset_sha256: dataset.sha256 },
      },
    },
    versions: { [task]: dataset.suite.version },
    'n-shot': { [task]: 0 },
    higher_is_better: {
      [task]: Object.fromEntries(Object.keys(cell.passAtK).map((k) => [`pass@${k}`, true])),
    },
    'n-samples': { [task]: { original: dataset.total, effective: dataset.tasks } },
    config: {
      model: 'evalkit',
      model_args: cell.id,
      batch_size: cell.parallel,
      gen_kwargs: cell.decode,
    },
    date: Date.parse(report.startedAt) / 1_000,
    model_source: 'evalkit',
    model_name: cell.id,
    model_name_sanitized: cell.id.replace(/[^\w.-]+/g, '__'),
    evalkit: {
      version: versions.evalkit,
      status: report.status,
      planHash: report.planHash,
      weights: cell.weights,
      provenance: cell.provenance,
    },
  };
}

/** pass@k with its standard error, as far as it was measured; n/a is lm-eval's word for none. */
function metricsOf({ passAtK }: CellReport): object {
  const entries = Object.entries(passAtK).flatMap(([k, figure]): [string, number | string][] => {
    const name = `pass@${k}`;
    return 'notRun' in figure
      ? [[`${name},${FILTER}`, 'N/A']]
      : [
          [`${name},${FILTER}`, figure.estimate],
          // Half of a 95 % interval is 1.96 standard errors.
          [`${name}_stderr,${FILTER}`, (figure.ci95[1] - figure.ci95[0]) / (2 * 1.96)],
        ];
  });
  return Object.fromEntries(entries);
}

/** A line a task: all its completions, and the share of them that passed. What has no verdict is left out. */
function samplesOf(results: readonly TaskResult[], { prompts, records }: RunToRender): object[] {
  const verdicts = new Map(
    records.verdicts.map((one) => [`${one.cell} ${one.taskId} ${one.sample}`, one]),
  );
  return [...Map.groupBy(results, ({ taskId }) => taskId)].flatMap(([taskId, own], index) => {
    const judged = own.filter(
      ({ outcome }) => outcome.kind === 'passed' || outcome.kind === 'failed',
    );
    if (judged.length < own.length) {
      return [];
    }
    const prompt = prompts?.get(taskId);
    const texts = own.map(({ completion }) => completion?.text ?? '');
    const programs = own.map(({ cell, sample }) => {
      const { head = '', code = '' } = verdicts.get(`${cell} ${taskId} ${sample}`) ?? {};
      return `${head}${prompt ?? ''}${code}`;
    });
    const passed = own.filter(({ outcome }) => outcome.kind === 'passed').length;
    return [
      {
        doc_id: index,
        doc: { task_id: taskId, ...(prompt === undefined ? {} : { prompt }) },
        target: '',
        arguments: { gen_args_0: { arg_0: prompt ?? '', arg_1: {} } },
        resps: [texts],
        filtered_resps: [programs],
        filter: FILTER,
        metrics: ['pass@1'],
        doc_hash: sha256Text(taskId),
        prompt_hash: sha256Text(prompt ?? ''),
        target_hash: sha256Text(''),
        'pass@1': passed / own.length,
      },
    ];
  });
}
