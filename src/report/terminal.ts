import { getBorderCharacters, table } from 'table';
import type { Report } from '../records/report.ts';
import { describeReport, type ReportDocument } from './document.ts';

/** A report as plain text for a terminal; ends with a newline. */
export function renderTerminal(report: Report): string {
  return terminalText(describeReport(report));
}

/** Any document as plain text for a terminal; ends with a newline. */
export function terminalText(document: ReportDocument): string {
  const { title, tables = [], sections, warnings } = document;
  const parts = [title, grid(document.table)];
  for (const { heading, table: rows } of tables) {
    parts.push(`${heading}\n${grid(rows)}`);
  }
  for (const { heading, facts } of sections) {
    parts.push([heading, ...facts.map(([label, value]) => `  ${label}: ${value}`)].join('\n'));
  }
  if (warnings.length > 0) {
    parts.push(warnings.map((text) => `warning: ${text}`).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

/** Rows as columns of plain text, without a newline at the end. */
export function grid(rows: readonly (readonly string[])[]): string {
  const text = table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      drawHorizontalLine: () => false,
    },
  );
  return trimLines(text);
}

function trimLines(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
