/** A report of any kind as JSON: the whole summary, unrounded; ends with a newline. */
export function renderJson(report: object): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
