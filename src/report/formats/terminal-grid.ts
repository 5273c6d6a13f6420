import { getBorderCharacters, table } from 'table';

/** Rows as columns of plain text, without a newline at the end; a text may run over empty cells after it. */
export function grid(rows: readonly (readonly string[])[]): string {
  const remarks = rows.map(remarkOf);
  const text = table(
    rows.map((row, index) =>
      row.map((cell, column) => (column === remarks[index]?.column ? PLACE : cell)),
    ),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      drawHorizontalLine: () => false,
    },
  );
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) => {
      const remark = remarks[index];
      return remark === undefined ? line.trimEnd() : `${line.trimEnd().slice(0, -1)}${remark.text}`;
    })
    .join('\n');
}

/** Stands for a remark while the columns' widths are found. */
const PLACE = '.';

/** A row's last text where empty cells come after it: it must not widen the column of others' figures. */
function remarkOf(
  row: readonly string[],
): { readonly column: number; readonly text: string } | undefined {
  const column = row.findLastIndex((cell) => cell !== '');
  const text = row[column];
  return text !== undefined && column > 0 && column < row.length - 1 ? { column, text } : undefined;
}
