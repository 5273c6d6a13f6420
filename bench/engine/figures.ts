import { median } from 'simple-statistics';
import { bootstrapInterval } from '../../src/metrics/bootstrap.ts';

/** The median of ratios that were measured in pairs, with its 95 % bootstrap interval. */
export function ratioText(ratios: readonly number[]): string {
  if (ratios.length === 0) {
    return 'n/a';
  }
  const [low, high] = bootstrapInterval(ratios, median);
  return `${median([...ratios]).toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}, n = ${ratios.length})`;
}

/** The median of values, one digit. */
export function medianText(values: readonly number[]): string {
  return values.length === 0 ? 'n/a' : median([...values]).toFixed(1);
}

/** A line of a Markdown table. */
export function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/** The head of a Markdown table. */
export function head(cells: readonly string[]): string {
  return `${row(cells)}|${'---|'.repeat(cells.length)}\n`;
}
