import { type MetricRow, metricRows } from './metric-rows.ts';
import type { Table } from '../rendition.ts';

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

/** What a figure is of: a cell, or one of its completions. */
export type FigureRow = MetricRow & {
  readonly plan?: string;
  readonly cell: string;
  readonly model?: string;
  readonly quantization?: string;
  readonly decode?: string;
  readonly task?: string;
  readonly sample?: number;
};

/**
 * Figures in long form: a row a figure, the same columns for every kind of report. Rows with a task
 * are about one completion (`sample`), rows without one about the cell, named as in report.json. A
 * figure that was not measured has no value and says why.
 */
export function figureTable(rows: readonly FigureRow[]): Table {
  return { columns: COLUMNS, rows: rows.map((row) => ({ ...row })) };
}

/** Every number in a summary of a cell, as rows of that cell. */
export function figuresOf(
  owner: Omit<FigureRow, keyof MetricRow | 'task' | 'sample'>,
  cell: object,
): FigureRow[] {
  return metricRows(cell).map((row) => ({ ...owner, ...row }));
}
