import { markdownTable } from 'markdown-table';
import type { Format } from '../rendition.ts';
import { type Block, type ReportDocument, visibleDocument } from '../words/document.ts';

export const md: Format = ({ document }) => {
  const { first, rest } = markdownParts(document());
  return { text: [first, ...(rest === undefined ? [] : [rest])].join('\n') };
};

/** A document as Markdown: what it comes to, and the rest, where there is any; each ends with a newline. */
export function markdownParts(document: ReportDocument): {
  readonly first: string;
  readonly rest: string | undefined;
} {
  const visible = visibleDocument(document);
  const rest = restParts(visible);
  return {
    first: `${firstParts(visible).join('\n\n')}\n`,
    rest: rest.length === 0 ? undefined : `${rest.join('\n\n')}\n`,
  };
}

function firstParts({ title, answer = [], table: main, warnings }: ReportDocument): string[] {
  const parts = [`# ${escapeMarkdown(title)}`];
  if (answer.length > 0) {
    parts.push(answer.map((line) => `- ${escapeMarkdown(line)}`).join('\n'));
  }
  parts.push(grid(main));
  if (warnings.length > 0) {
    parts.push(warnings.map((text) => `> **Warning:** ${escapeMarkdown(text)}`).join('\n>\n'));
  }
  return parts;
}

function restParts({ tables = [], sections }: ReportDocument): string[] {
  const parts: string[] = [];
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
  return parts;
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
