import { markdownTable } from 'markdown-table';
import type { Report } from '../records/report.ts';
import { describeReport } from './document.ts';

/** A report as Markdown; ends with a newline. */
export function renderMarkdown(report: Report): string {
  const { title, table, sections, warnings } = describeReport(report);
  const rows = table.map((row) => row.map(escapeMarkdown));
  const parts = [`# ${escapeMarkdown(title)}`];
  if (warnings.length > 0) {
    parts.push(warnings.map((text) => `> **Warning:** ${escapeMarkdown(text)}`).join('\n>\n'));
  }
  parts.push(markdownTable(rows));
  for (const { heading, facts } of sections) {
    parts.push(`## ${escapeMarkdown(heading)}`);
    parts.push(facts.map(([label, value]) => `- ${label}: ${escapeMarkdown(value)}`).join('\n'));
  }
  return `${parts.join('\n\n')}\n`;
}

/** Names and paths come from users' files: nothing in them is markup. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#&]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
