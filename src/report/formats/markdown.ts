import { markdownTable } from 'markdown-table';
import type { Format } from '../rendition.ts';
import { type ReportDocument, visibleDocument } from '../words/document.ts';

export const md: Format = ({ document }) => ({ text: markdownText(document()) });

/** Any document as Markdown; ends with a newline. */
export function markdownText(document: ReportDocument): string {
  const { title, tables = [], sections, warnings, table: main } = visibleDocument(document);
  const parts = [`# ${escapeMarkdown(title)}`];
  if (warnings.length > 0) {
    parts.push(warnings.map((text) => `> **Warning:** ${escapeMarkdown(text)}`).join('\n>\n'));
  }
  parts.push(grid(main));
  for (const { heading, table } of tables) {
    parts.push(`## ${escapeMarkdown(heading)}`, grid(table));
  }
  for (const { heading, facts } of sections) {
    parts.push(`## ${escapeMarkdown(heading)}`);
    parts.push(
      facts
        .map(([label, value]) => `- ${escapeMarkdown(label)}: ${escapeMarkdown(value)}`)
        .join('\n'),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

function grid(rows: readonly (readonly string[])[]): string {
  return markdownTable(rows.map((row) => row.map(escapeMarkdown)));
}

/** Names, paths and completions come from others' files: nothing in them is markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#&~$]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
