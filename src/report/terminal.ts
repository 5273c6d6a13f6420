import { getBorderCharacters, table } from 'table';
import type { Report } from '../records/report.ts';
import { describeReport } from './document.ts';

/** A report as plain text for a terminal; ends with a newline. */
export function renderTerminal(report: Report): string {
  const { title, table: rows, sections, warnings } = describeReport(report);
  const grid = table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      drawHorizontalLine: () => false,
    },
  );
  const parts = [title, trimLines(grid)];
  for (const { heading, facts } of sections) {
    parts.push([heading, ...facts.map(([label, value]) => `  ${label}: ${value}`)].join('\n'));
  }
  if (warnings.length > 0) {
    parts.push(warnings.map((text) => `warning: ${text}`).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

function trimLines(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
