import { visibleJson } from '../../records/visible-text.ts';
import type { Format } from '../rendition.ts';

export const json: Format = ({ data }) => ({ text: renderJson(data()) });

/** A report of any kind as JSON: the whole summary, unrounded; ends with a newline. */
export function renderJson(report: object): string {
  return `${visibleJson(JSON.stringify(report, null, 2))}\n`;
}
