import { stringify } from 'csv-stringify/sync';
import { shortened, visibleText } from '../../records/visible-text.ts';
import type { Format } from '../rendition.ts';
import { partOf } from './part.ts';

/** Longest text in a cell; spreadsheets cut one at 32,767 characters. */
const CELL_CHARACTERS = 2_000;

/** A report's figures as CSV with a head line. */
export const csv: Format = ({ table }) => {
  const { columns, rows } = partOf(table, 'csv');
  const shown = rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        typeof value === 'string' ? shortened(visibleText(value), CELL_CHARACTERS) : value,
      ]),
    ),
  );
  // A spreadsheet would compute a text that begins like a formula.
  return { text: stringify(shown, { header: true, columns: [...columns], escape_formulas: true }) };
};
