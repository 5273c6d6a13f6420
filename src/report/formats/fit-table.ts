import stringWidth from 'string-width';
import { grid } from './terminal-grid.ts';

/** Rows of text; the first holds the heads. */
type Rows = readonly (readonly string[])[];

/** A table for a line of so many columns, and what of it was cut. */
export interface FittedTable {
  readonly text: string;
  /** Texts that were cut off, whole, a line each. */
  readonly remarks: readonly string[];
}

/** How a table may be made narrower. */
export interface Fitting {
  readonly columns: number;
  readonly expendable?: readonly number[] | undefined;
  /** It says the same with its rows as columns. */
  readonly isTurnable?: boolean | undefined;
}

/**
 * A table no line of which is wider than `columns`: where it would be, it is turned if that helps, else
 * columns are left out in the order of `expendable`, then from the right, and last the first column's texts
 * are cut. A remark, which runs over empty cells, is cut and said again below.
 */
export function fitTable(
  table: Rows,
  { columns, expendable = [], isTurnable = false }: Fitting,
): FittedTable {
  const fits = (one: Rows): boolean => widthOf(grid(one)) <= columns;
  const rows = isTurnable && !fits(table) && fits(turned(table)) ? turned(table) : table;
  const [heads = []] = rows;
  const fromRight = heads.map((_, index) => index).toReversed();
  const order = [...new Set([...expendable, ...fromRight])].filter((index) => index > 1);
  const kept = new Set(heads.keys());
  const isRemark = rows.map(hasRemark);
  const shown = (): Rows =>
    rows.map((row, index) =>
      isRemark[index] === true ? remarkRow(row, kept) : row.filter((_, column) => kept.has(column)),
    );
  const figures = (): Rows => shown().filter((_, index) => isRemark[index] !== true);
  for (const column of order) {
    if (fits(figures())) {
      break;
    }
    kept.delete(column);
  }
  const spare = widthOf(grid(figures())) - columns;
  const named = spare <= 0 ? shown() : withShorterNames(shown(), spare);
  const lines = grid(named).split('\n');
  return {
    text: lines.map((line) => cut(line, columns)).join('\n'),
    remarks: lines.flatMap((line, index) =>
      stringWidth(line) > columns ? remarkOf(rows[index]) : [],
    ),
  };
}

function turned(rows: Rows): Rows {
  return (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
}

function widthOf(text: string): number {
  return Math.max(...text.split('\n').map((line) => stringWidth(line)));
}

/** Whether a row's last text stands before empty cells. */
function hasRemark(row: readonly string[]): boolean {
  const last = row.findLastIndex((cell) => cell !== '');
  return last > 0 && last < row.length - 1;
}

/** A row with a remark keeps it in the last column that there is room for. */
function remarkRow(row: readonly string[], kept: ReadonlySet<number>): string[] {
  const last = row.findLastIndex((cell) => cell !== '');
  const cells = row.filter((_, column) => kept.has(column));
  const place = [...kept].filter((column) => column <= last).length - 1;
  return cells.map((cell, index) => (index === place ? (row[last] ?? '') : cell));
}

function remarkOf(row: readonly string[] = []): string[] {
  return [row.filter((cell) => cell !== '').join(': ')];
}

/** The first column's texts so much shorter that the rest has room, cut in the middle. */
function withShorterNames(rows: Rows, spare: number): Rows {
  const widest = Math.max(...rows.map(([name = '']) => stringWidth(name)));
  const room = Math.max(8, widest - spare);
  return rows.map(([name = '', ...rest]) => [middleCut(name, room), ...rest]);
}

function middleCut(text: string, room: number): string {
  const characters = Array.from(text);
  if (characters.length <= room) {
    return text;
  }
  const end = Math.floor((room - 1) / 2);
  return [...characters.slice(0, room - 1 - end), '…', ...characters.slice(-end)].join('');
}

function cut(line: string, columns: number): string {
  if (stringWidth(line) <= columns) {
    return line;
  }
  let text = line;
  while (text !== '' && stringWidth(text) > columns - 1) {
    text = Array.from(text).slice(0, -1).join('');
  }
  return `${text.trimEnd()}…`;
}
