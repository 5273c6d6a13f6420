import type { Report } from '../records/report.ts';

/** A report as JSON: the whole summary, unrounded; ends with a newline. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
