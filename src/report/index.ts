import type { ReportFormat } from './options.ts';
import { badge, shields } from './formats/badge.ts';
import { csv } from './formats/csv.ts';
import { github } from './formats/github.ts';
import { json } from './formats/json.ts';
import { junit } from './formats/junit.ts';
import { md } from './formats/markdown.ts';
import { terminal } from './formats/terminal.ts';
import type { Format, Rendered, Rendition, View } from './rendition.ts';

/** Every format: what it makes of a report of any kind. */
const FORMATS = {
  terminal,
  md,
  json,
  junit,
  csv,
  github,
  badge,
  shields,
  // With its templates it is loaded for those who want it.
  html: async (rendition, view) => (await import('./formats/html/index.ts')).page(rendition, view),
} as const satisfies Readonly<Record<ReportFormat, Format>>;

/** As a file has it, and a log without a terminal. */
export const PLAIN_VIEW: View = { columns: 80, isDetailed: false, more: [] };

/** A report in a format. Throws a usage error where its kind has no such form. */
export async function render(
  rendition: Rendition,
  format: ReportFormat,
  view: View = PLAIN_VIEW,
): Promise<Rendered> {
  return await FORMATS[format](rendition, view);
}
