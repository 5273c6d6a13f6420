import { visibleJson } from '../../records/visible-text.ts';

/** A report of any kind as JSON: the whole summary, unrounded; ends with a newline. */
export function renderJson(report: object): string {
  return `${visibleJson(JSON.stringify(report, null, 2))}\n`;
}
