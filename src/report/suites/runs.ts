import type { CellReport, Report } from '../../records/report.ts';
import type { SuitesReport } from '../../records/suites.ts';
import { renditionOfRun, type RunToRender } from '../humaneval/rendition.ts';
import type { Rendition } from '../rendition.ts';
import { partsOrWhole } from '../words/parts.ts';
import { percent } from '../words/words.ts';
import { renditionOfSuites } from './rendition.ts';

/** The run of one suite among several. */
export interface SuiteToRender {
  readonly suite: string;
  readonly run: RunToRender;
}

/** Runs of several suites as one report: a row a cell, a column a suite. */
export function renditionOfSuiteRuns(runs: readonly SuiteToRender[]): Rendition {
  return renditionOfSuites(suitesReport(runs.map(({ suite, run }) => [suite, run.report])), {
    title: runs.map(({ suite, run }) => `${suite}: ${taskWords(run.report)}`).join('; '),
    table: suitesTable(runs),
    parts: runs.map(({ suite, run }) => ({ suite, rendition: renditionOfRun(run) })),
  });
}

/** The summaries of several suites as one. */
export function suitesReport(
  reports: readonly (readonly [suite: string, report: Report])[],
): SuitesReport {
  return { version: 1, kind: 'suites', suites: Object.fromEntries(reports) };
}

/** How the runs of several suites stand: as the one of them that is furthest from its end. */
export function statusOfSuites(reports: readonly Report[]): Report['status'] {
  const found = new Set(reports.map(({ status }) => status));
  return ORDER.find((status) => found.has(status)) ?? 'complete';
}

const ORDER = ['incomplete', 'stopped by rule', 'shard', 'partial', 'complete'] as const;

function taskWords({ dataset, status }: Report): string {
  return `${dataset.tasks} of ${dataset.total} tasks, ${status}`;
}

/** The suites of one command ask the same cells. */
function suitesTable(runs: readonly SuiteToRender[]): string[][] {
  const columns = runs.flatMap(({ suite, run: { report } }) => {
    const parts = new Set(report.cells.flatMap(({ parts: own }) => Object.keys(own ?? {})));
    return (parts.size === 0 ? [undefined] : [...parts]).map((part) => ({ suite, part, report }));
  });
  const ids = [...new Set(runs.flatMap(({ run }) => run.report.cells.map(({ id }) => id)))];
  return [
    [
      'cell',
      ...columns.map(({ suite, part }) => (part === undefined ? suite : `${suite} ${part}`)),
    ],
    ...ids.map((id) => [
      id,
      ...columns.map(({ report, part }) =>
        rateIn(
          report.cells.find((cell) => cell.id === id),
          part,
        ),
      ),
    ]),
  ];
}

function rateIn(cell: CellReport | undefined, part: string | undefined): string {
  const figures =
    cell &&
    partsOrWhole({ passAt1: cell.passAt1 }, cell.parts).find(([name]) => name === part)?.[1];
  const rate = figures?.passAt1 ?? cell?.passAt1;
  return rate === undefined || 'notRun' in rate
    ? 'n/a'
    : `${percent(rate.estimate)} (${percent(rate.ci95[0])} to ${percent(rate.ci95[1])}, n = ${rate.total})`;
}
