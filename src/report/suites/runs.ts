import type { CellReport, Report } from '../../records/report.ts';
import type { SuitesReport } from '../../records/suites.ts';
import { renditionOfRun, type RunToRender } from '../humaneval/rendition.ts';
import type { Rendition } from '../rendition.ts';
import { partsOrWhole } from '../words/parts.ts';
import { shortNames } from '../words/short-names.ts';
import { renditionOfSuites } from './rendition.ts';

/** The run of one suite among several. */
export interface SuiteToRender {
  readonly suite: string;
  readonly run: RunToRender;
}

/** Runs of several suites as one report: a row a cell, a column a suite. */
export function renditionOfSuiteRuns(runs: readonly SuiteToRender[]): Rendition {
  const together = renditionOfSuites(
    suitesReport(runs.map(({ suite, run }) => [suite, run.report])),
    {
      title: `${runs.map(({ suite, run }) => `${suite}: ${taskWords(run.report)}`).join('; ')}${cellWords(runs)}`,
      table: suitesTable(runs),
      parts: runs.map(({ suite, run }) => ({ suite, rendition: renditionOfRun(run) })),
    },
  );
  const { head } = together;
  return head === undefined
    ? together
    : { ...together, head: () => ({ ...head(), figures: FIGURES }) };
}

const FIGURES =
  "Pass rates are of each suite's own tasks, with 95 % intervals over them; those of different suites do not compare. Times and perplexity were measured with the first suite.";

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

/** What the names of cells leave out, and what their figures are. */
function cellWords(runs: readonly SuiteToRender[]): string {
  const ids = [...new Set(runs.flatMap(({ run }) => run.report.cells.map(({ id }) => id)))];
  const { pattern } = shortNames(ids);
  const cells = pattern === undefined ? '' : `; cells ${pattern}`;
  return `${cells}; 95 % intervals`;
}

/** The suites of one command ask the same cells. Short enough that a narrow terminal has room for several. */
function suitesTable(runs: readonly SuiteToRender[]): string[][] {
  const columns = runs.flatMap(({ suite, run: { report } }): Column[] => {
    const parts = new Set(report.cells.flatMap(({ parts: own }) => Object.keys(own ?? {})));
    return (parts.size === 0 ? [undefined] : [...parts]).map((part) => ({ suite, part, report }));
  });
  const ids = [...new Set(runs.flatMap(({ run }) => run.report.cells.map(({ id }) => id)))];
  const names = shortNames(ids);
  return [
    [
      'pass@1 %',
      ...columns.map(({ suite, part }) => (part === undefined ? suite : `${suite} ${part}`)),
    ],
    ['n', ...columns.map((column) => String(mostOf(column)))],
    ...ids.map((id) => [names.of(id), ...columns.map((column) => rateText(id, column))]),
  ];
}

/** A suite, or a part of its tests. */
interface Column {
  readonly suite: string;
  readonly part: string | undefined;
  readonly report: Report;
}

/** Completions that a cell has at most. */
function mostOf(column: Column): number {
  return Math.max(0, ...column.report.cells.map(({ id }) => rateOf(id, column)?.total ?? 0));
}

/** As `43.3 (35.9-50.9)`, with its 95 % interval; n stands once above them where a cell has all. */
function rateText(id: string, column: Column): string {
  const rate = rateOf(id, column);
  if (rate === undefined) {
    return 'n/a';
  }
  const { estimate, ci95, total } = rate;
  const [value, low, high] = [estimate, ...ci95].map((share) => (share * 100).toFixed(1));
  const n = total === mostOf(column) ? '' : `, n = ${total}`;
  return `${value} (${low}-${high}${n})`;
}

function rateOf(id: string, { part, report }: Column): PassRate | undefined {
  const cell = report.cells.find((one) => one.id === id);
  const figures =
    cell &&
    partsOrWhole({ passAt1: cell.passAt1 }, cell.parts).find(([name]) => name === part)?.[1];
  const rate = figures?.passAt1 ?? cell?.passAt1;
  return rate === undefined || 'notRun' in rate ? undefined : rate;
}

type PassRate = Exclude<CellReport['passAt1'], { readonly notRun: string }>;
