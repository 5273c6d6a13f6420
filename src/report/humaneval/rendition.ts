import { counted } from '../../records/counted.ts';
import type { Report } from '../../records/report.ts';
import type { RunRecords } from '../../store/run-store.ts';
import type { Annotation, Badge, Details, Head, Rendition, TestSuites } from '../rendition.ts';
import { caseOf, warningAnnotations } from '../words/pipeline.ts';
import { shortNames } from '../words/short-names.ts';
import { machineText, percent } from '../words/words.ts';
import { describeReport } from './document.ts';
import { type Prompts, runMatrix } from './matrix.ts';
import { runPictures } from './pictures.ts';
import { runTable } from './table.ts';
import { type TaskResult, taskResults } from '../../measures/pass-rate/task-results.ts';

/** A run's summary, and the records that formats list one by one. */
export interface RunToRender {
  readonly report: Report;
  readonly records: RunRecords;
  /** Absent: the data set is not at hand. */
  readonly prompts?: Prompts;
}

/** A run for every format. */
export function renditionOfRun({ report, records, prompts = new Map() }: RunToRender): Rendition {
  return {
    data: () => report,
    document: () => describeReport(report),
    table: () => runTable(report, taskResults(records), records.timings),
    suites: () => suitesOf(report, taskResults(records)),
    annotations: () => annotationsOf(report),
    details: () => withoutPass(taskResults(records)),
    pictures: () => runPictures(report, records),
    matrix: () => runMatrix(report, records, prompts),
    badge: () => badgeOf(report),
    startedAt: report.startedAt,
    head: () => headOf(report),
  };
}

/** The machine, and what the figures are and are not. */
function headOf({ machine, dataset, latency }: Report): Head {
  const rates = `Pass rates are of the ${counted(dataset.tasks, 'task')} asked, with 95 % intervals over tasks: they speak for tasks like these, not for any code.`;
  const times =
    'notRun' in latency
      ? []
      : [
          'Times are those of one completion at a time on this machine; how much many at once bring stands apart.',
        ];
  return { machine: machineText(machine), figures: [rates, ...times].join(' ') };
}

/** The pass rate of each cell; a run that is not complete says so. */
function badgeOf({ dataset, status, cells }: Report): Badge {
  const names = shortNames(cells.map(({ id }) => id));
  const rates = cells
    .filter(({ role }) => role === undefined)
    .map(({ id, passAt1 }) => {
      const rate = 'notRun' in passAt1 ? 'n/a' : percent(passAt1.estimate);
      return cells.length === 1 ? rate : `${names.of(id)} ${rate}`;
    });
  const label = status === 'complete' ? 'pass@1' : `pass@1, ${status}`;
  return { label: `${dataset.name} ${label}`, message: rates.join(', '), level: 'plain' };
}

function suitesOf(report: Report, results: readonly TaskResult[]): TestSuites {
  const byCell = Map.groupBy(results, ({ cell }) => cell);
  return {
    name: report.dataset.name,
    suites: report.cells.map(({ id, passAt1, generation }) => ({
      name: id,
      properties: [
        ['status', report.status],
        ['planHash', report.planHash],
        [
          'passAt1',
          'notRun' in passAt1
            ? `not run: ${passAt1.notRun}`
            : `${percent(passAt1.estimate)}, 95 % interval ${percent(passAt1.ci95[0])} to ${percent(passAt1.ci95[1])}, ${passAt1.passed} of ${passAt1.total}`,
        ],
      ],
      cases: casesOf(byCell.get(id) ?? [], generation),
    })),
  };
}

function casesOf(
  results: readonly TaskResult[],
  generation: Report['cells'][number]['generation'],
): TestSuites['suites'][number]['cases'] {
  const completions = results.filter(({ completion }) => completion !== undefined).length;
  return results.map((result) => ({
    name: result.taskId + (result.sample > 0 ? ` #${result.sample}` : ''),
    result: caseOf(result.outcome),
    seconds: secondsOf(result, generation, completions),
    task: result.taskId,
  }));
}

/**
 * What a completion took: its part of the generation, which made many at once, and its judging. Nothing
 * where it has no verdict, or where the records are older than that figure.
 */
function secondsOf(
  { judgingMs }: TaskResult,
  generation: Report['cells'][number]['generation'],
  completions: number,
): number | undefined {
  if (judgingMs === undefined) {
    return undefined;
  }
  const generated = 'notRun' in generation ? 0 : generation.wallMs / completions;
  return (generated + judgingMs) / 1_000;
}

/** What a pipeline must be told of a run besides its figures. */
function annotationsOf(report: Report): Annotation[] {
  const title = `evalkit: ${report.dataset.name}`;
  const missing = report.cells
    // What a rule left out, nobody waits for.
    .map((cell) => ({ ...cell, pending: cell.stopped === undefined ? cell.pending : 0 }))
    .filter(({ infrastructure, pending }) => infrastructure + pending > 0);
  return [
    ...missing.map(
      ({ id, infrastructure, pending }): Annotation => ({
        level: 'error',
        title,
        message: `${id}: ${counted(infrastructure + pending, 'completion has', 'completions have')} no verdict (${infrastructure} failed for a reason that is not the model's)`,
      }),
    ),
    ...warningAnnotations(title, report.warnings),
  ];
}

function withoutPass(results: readonly TaskResult[]): Details | undefined {
  const listed = results.filter(({ outcome }) => outcome.kind !== 'passed');
  return listed.length === 0
    ? undefined
    : {
        heading: `${counted(listed.length, 'completion')} that did not pass`,
        table: [['cell', 'task', 'sample', 'outcome', 'detail'], ...listed.map(rowOf)],
      };
}

function rowOf({ cell, taskId, sample, outcome }: TaskResult): string[] {
  const what = outcome.kind === 'failed' ? outcome.cause : outcome.kind;
  const detail = 'detail' in outcome ? outcome.detail : '';
  return [cell, taskId, String(sample), what, detail];
}
