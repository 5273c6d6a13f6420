import { stringify } from 'csv-stringify/sync';
import type { CellReport, Report } from '../../records/report.ts';
import type { Timing } from '../../records/timing.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';
import { type MetricRow, metricRows } from '../words/metric-rows.ts';
import type { TaskResult } from '../humaneval/task-results.ts';

const COLUMNS = [
  'plan',
  'cell',
  'model',
  'quantization',
  'decode',
  'task',
  'sample',
  'metric',
  'value',
  'low95',
  'high95',
  'n',
  'note',
] as const;

/** Longest note; spreadsheets cut a cell at 32,767 characters. */
const NOTE_CHARACTERS = 2_000;

/**
 * A run as CSV in long form: a row a figure. Rows with a task are about one answer (`sample`), rows
 * without one about the cell, named as in report.json and in rules. A figure that was not measured
 * has no value and says why.
 */
export function renderCsv(
  report: Report,
  results: readonly TaskResult[],
  timings: readonly Timing[],
): string {
  const rows = report.cells.flatMap((cell) => {
    const owner = {
      plan: report.planHash.slice(0, 8),
      cell: visibleText(cell.id),
      model: visibleText(cell.model),
      quantization: visibleText(cell.quantization),
      decode: cell.decode.mode,
    };
    return cellRows(cell, results, timings).map((row) => ({ ...owner, ...row }));
  });
  return stringify(rows, {
    header: true,
    columns: [...COLUMNS],
    // A spreadsheet would compute a text that begins like a formula.
    escape_formulas: true,
  });
}

type Row = MetricRow & { readonly task?: string; readonly sample?: number };

function cellRows(
  cell: CellReport,
  results: readonly TaskResult[],
  timings: readonly Timing[],
): Row[] {
  return [
    ...metricRows(cell),
    ...results.filter((result) => result.cell === cell.id).flatMap(resultRows),
    ...timings.filter((timing) => timing.cell === cell.id).flatMap(timingRows),
  ].map((row) => ({ ...row, note: shortened(visibleText(row.note ?? ''), NOTE_CHARACTERS) }));
}

function resultRows({ taskId, sample, outcome, completion }: TaskResult): Row[] {
  const answer = { task: visibleText(taskId), sample };
  const rows: Row[] = [{ ...answer, metric: 'passed', ...verdictOf(outcome) }];
  if (completion !== undefined) {
    const { promptTokens, tokens, stopReason } = completion;
    rows.push({ ...answer, metric: 'promptTokens', value: promptTokens });
    rows.push({ ...answer, metric: 'newTokens', value: tokens.length, note: stopReason });
  }
  return rows;
}

function verdictOf(outcome: TaskResult['outcome']): Pick<Row, 'value' | 'note'> {
  switch (outcome.kind) {
    case 'passed':
      return { value: 1 };
    case 'failed':
      return { value: 0, note: `${outcome.cause}: ${outcome.detail}` };
    case 'infrastructure':
      return { note: `infrastructure: ${outcome.detail}` };
    case 'pending':
      return { note: 'pending' };
  }
}

/** A timed answer; `sample` says which repeat. An answer of one token has no time per token. */
function timingRows({ taskId, repeat, ttftMs, decodeMs, newTokens }: Timing): Row[] {
  const answer = { task: visibleText(taskId), sample: repeat };
  const first = { ...answer, metric: 'ttftMs', value: ttftMs };
  return newTokens < 2
    ? [first]
    : [first, { ...answer, metric: 'tpotMs', value: decodeMs / (newTokens - 1) }];
}
