import prettyBytes from 'pretty-bytes';
import type { Report } from '../records/report.ts';

/** A share as `61.6 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** A share as percentage points, as `4.9 points`. */
export function points(share: number): string {
  return `${(share * 100).toFixed(2)} points`;
}

/** A difference of shares with its sign, as `-1.83 points`. */
export function signedPoints(share: number): string {
  return `${share > 0 ? '+' : ''}${points(share)}`;
}

/** A ratio as `0.53`. */
export function ratioText(ratio: number): string {
  return ratio.toFixed(3);
}

/** A p value; a tiny one as a bound, since its digits mean nothing. */
export function pText(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4);
}

/** An interval as `0.9 to 1.1`. */
export function interval(
  [low, high]: readonly [number, number],
  text: (value: number) => string,
): string {
  return `${text(low)} to ${text(high)}`;
}

/** Counts as `assertion 40, timeout 2`. */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts);
  return entries.length === 0
    ? 'none'
    : entries.map(([name, count]) => `${name} ${count}`).join(', ');
}

/** A sandbox in half a line: level, mechanisms, limits, packages, and why it is no higher level. */
export function sandboxText(sandbox: Report['sandbox']): string {
  const { level, mechanisms, missed, packages, timeoutMs, memoryBytes } = sandbox;
  const parts = [
    `${level} (${mechanisms.join(', ')})`,
    `${timeoutMs} ms and ${prettyBytes(memoryBytes, { binary: true })} a sample`,
    packages.length === 0 ? 'standard library only' : `with ${packages.join(', ')}`,
  ];
  return [...parts, ...missed.map((reason) => `not ${reason}`)].join('; ');
}
