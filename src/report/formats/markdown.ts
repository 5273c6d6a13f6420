import { markdownTable } from 'markdown-table';
import type { Format } from '../rendition.ts';
import { type Block, type ReportDocument, visibleDocument } from '../words/document.ts';

export const md: Format = ({ document }) => ({ text: markdownText(document()) });

/** Any document as Markdown; ends with a newline. */
export function markdownText(document: ReportDocument): string {
  const {
    title,
    answer = [],
    tables = [],
    sections,
    warnings,
    table: main,
  } = visibleDocument(document);
  const parts = [`# ${escapeMarkdown(title)}`];
  if (answer.length > 0) {
    parts.push(answer.map((line) => `- ${escapeMarkdown(line)}`).join('\n'));
  }
  parts.push(grid(main));
  if (warnings.length > 0) {
    parts.push(warnings.map((text) => `> **Warning:** ${escapeMarkdown(text)}`).join('\n>\n'));
  }
  for (const { heading, table } of tables) {
    parts.push(`## ${escapeMarkdown(heading)}`, grid(table));
  }
  for (const { heading, facts, blocks = [] } of sections) {
    parts.push(`## ${escapeMarkdown(heading)}`);
    if (facts.length > 0) {
      parts.push(
        facts
          .map(([label, value]) => `- ${escapeMarkdown(label)}: ${escapeMarkdown(value)}`)
          .join('\n'),
      );
    }
    parts.push(...blocks.map(blockText));
  }
  return `${parts.join('\n\n')}\n`;
}

/** A fenced block, its fence longer than any within. */
function blockText({ label, lines }: Block): string {
  const longest = Math.max(
    0,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length),
  );
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${escapeMarkdown(label)}:`, '', `${fence}text`, ...lines, fence].join('\n');
}

function grid(rows: readonly (readonly string[])[]): string {
  return markdownTable(rows.map((row) => row.map(escapeMarkdown)));
}

/** Names, paths and completions come from others' files: nothing in them is markup. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#&~$]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
