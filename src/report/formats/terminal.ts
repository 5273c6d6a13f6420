import type { Format, View } from '../rendition.ts';
import { type Block, type ReportDocument, visibleDocument } from '../words/document.ts';
import { fitTable } from './fit-table.ts';
import { grid } from './terminal-grid.ts';

export const terminal: Format = ({ document }, view) => ({ text: terminalText(document(), view) });

/** Any document as plain text for a terminal; ends with a newline. */
export function terminalText(document: ReportDocument, view: View): string {
  const visible = visibleDocument(document);
  const parts =
    visible.answer === undefined || view.isDetailed
      ? wholeParts(visible)
      : briefParts(visible, view);
  return `${parts.join('\n\n')}\n`;
}

/** What it comes to, in lines that fit the terminal where they are a table's, and where the rest is. */
function briefParts(document: ReportDocument, { columns, more }: View): string[] {
  const { title, answer = [], table, expendable, isTurnable, warnings } = document;
  const fitted = fitTable(table, { columns, expendable, isTurnable });
  return [
    title,
    answer.join('\n'),
    [fitted.text, ...fitted.remarks].join('\n'),
    warningLines(warnings),
    more.join('\n'),
  ].filter((part) => part !== '');
}

function wholeParts(document: ReportDocument): string[] {
  const { title, answer = [], table, tables = [], sections, warnings } = document;
  return [
    title,
    answer.join('\n'),
    grid(table),
    ...tables.map(({ heading, table: rows }) => `${heading}\n${grid(rows)}`),
    ...sections.map(({ heading, facts, blocks = [] }) =>
      [
        heading,
        ...facts.map(([label, value]) => `  ${label}: ${value}`),
        ...blocks.flatMap(blockLines),
      ].join('\n'),
    ),
    warningLines(warnings),
  ].filter((part) => part !== '');
}

function warningLines(warnings: readonly string[]): string {
  return warnings.map((text) => `warning: ${text}`).join('\n');
}

function blockLines({ label, lines }: Block): string[] {
  return [`  ${label}:`, ...lines.map((line) => `    ${line}`.trimEnd())];
}
