import type { ReportFormat } from './options.ts';
import { csv } from './formats/csv.ts';
import { github } from './formats/github.ts';
import { json } from './formats/json.ts';
import { junit } from './formats/junit.ts';
import { md } from './formats/markdown.ts';
import { terminal } from './formats/terminal.ts';
import type { Format, Rendered, Rendition } from './rendition.ts';

/** Every format: what it makes of a report of any kind. */
const FORMATS = {
  terminal,
  md,
  json,
  junit,
  csv,
  github,
} as const satisfies Readonly<Record<ReportFormat, Format>>;

/** A report in a format. Throws a usage error where its kind has no such form. */
export function render(rendition: Rendition, format: ReportFormat): Rendered {
  return FORMATS[format](rendition);
}
