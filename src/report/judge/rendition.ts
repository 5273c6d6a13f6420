import { counted } from '../../records/counted.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import type { JudgedSample } from '../../records/judge.ts';
import type { Annotation, Badge, Details, Rendition, Table, TestSuites } from '../rendition.ts';
import { figuresOf, figureTable } from '../words/figure-table.ts';
import { caseOf, warningAnnotations } from '../words/pipeline.ts';
import { judgeMatrix, judgePictures } from './pictures.ts';
import type { Origin } from '../words/origin.ts';
import { machineText, percent } from '../words/words.ts';
import { describeJudge, judgeWarnings } from './document.ts';

/** The summary of judged samples, and their verdicts for the formats that list them. */
export interface JudgeToRender {
  readonly report: JudgeReport;
  /** Its header. */
  readonly origin: Origin;
  /** In the file's order. Asked only by such a format: there may be very many. */
  readonly verdicts: () => readonly JudgedSample[];
}

/** Judged samples for every format. */
export function renditionOfJudge({ report, origin, verdicts }: JudgeToRender): Rendition {
  return {
    data: () => report,
    document: () => describeJudge(report, origin),
    startedAt: origin.startedAt,
    head: () => ({
      machine: machineText(origin.fingerprint),
      figures:
        'Samples of a file, whoever made them; pass rates are of the tasks that were judged.',
    }),
    table: () => judgeTable(report, verdicts()),
    suites: () => judgeSuites(report, verdicts()),
    annotations: () => judgeAnnotations(report),
    details: () => withoutPass(verdicts()),
    pictures: () => judgePictures(report),
    badge: () => judgeBadge(report),
    matrix: () => judgeMatrix(report, verdicts()),
  };
}

function judgeBadge({ dataset, status, passAtK }: JudgeReport): Badge {
  const rates = Object.entries(passAtK).map(
    ([k, figure]) => `pass@${k} ${'notRun' in figure ? 'n/a' : percent(figure.estimate)}`,
  );
  const label = status === 'complete' ? dataset.name : `${dataset.name}, ${status}`;
  return { label, message: rates.join(', '), level: 'plain' };
}

function judgeTable(report: JudgeReport, verdicts: readonly JudgedSample[]): Table {
  const owner = { plan: report.planHash.slice(0, 8), cell: report.name };
  const { passAtK, parts, causes } = report;
  return figureTable([
    ...figuresOf(owner, { passAtK, ...(parts === undefined ? {} : { parts }), causes }),
    ...verdicts.map(({ taskId, sample, outcome }) => ({
      ...owner,
      task: taskId,
      sample,
      metric: 'passed',
      value: Number(outcome.kind === 'passed'),
      ...(outcome.kind === 'failed' ? { note: `${outcome.cause}: ${outcome.detail}` } : {}),
    })),
  ]);
}

function judgeSuites(report: JudgeReport, verdicts: readonly JudgedSample[]): TestSuites {
  return {
    name: report.dataset.name,
    suites: [
      {
        name: report.name,
        properties: [
          ['status', report.status],
          ['planHash', report.planHash],
        ],
        cases: verdicts.map(({ taskId, sample, outcome, judgingMs }) => ({
          name: `${taskId} #${sample}`,
          result: caseOf(outcome),
          seconds: judgingMs === undefined ? undefined : judgingMs / 1_000,
          task: taskId,
        })),
      },
    ],
  };
}

function judgeAnnotations(report: JudgeReport): Annotation[] {
  const level = report.status === 'incomplete' ? 'error' : 'warning';
  return warningAnnotations(`evalkit judge: ${report.name}`, judgeWarnings(report)).map(
    (annotation) => ({ ...annotation, level }),
  );
}

function withoutPass(verdicts: readonly JudgedSample[]): Details | undefined {
  const rows = verdicts.flatMap(({ taskId, sample, outcome }) =>
    outcome.kind === 'failed' ? [[taskId, String(sample), outcome.cause, outcome.detail]] : [],
  );
  return rows.length === 0
    ? undefined
    : {
        heading: `${counted(rows.length, 'sample')} that did not pass`,
        table: [['task', 'sample', 'outcome', 'detail'], ...rows],
      };
}
