import type { Figure, Ratio } from '../../records/report.ts';

/** Three significant digits, without an exponent: as `0.62`, `17.3`, `358`, `12400`. */
export function threeDigits(value: number): string {
  const digits = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return value.toFixed(Math.min(6, Math.max(0, 2 - digits)));
}

/** A figure in full, as `mean 17.3, median 17.1 (95 % interval 16.8 to 17.5), sd 0.9, 16.2 to 19.4, n 16`. */
export function figureText({ n, mean, median, ci95, sd, min, max }: Figure): string {
  const interval =
    ci95 === null
      ? ' (one value has no interval)'
      : ` (95 % interval ${threeDigits(ci95[0])} to ${threeDigits(ci95[1])})`;
  const spread = sd === undefined ? '' : `, sd ${threeDigits(sd)}`;
  return `mean ${threeDigits(mean)}, median ${threeDigits(median)}${interval}${spread}, ${threeDigits(min)} to ${threeDigits(max)}, n ${n}`;
}

/** A ratio with its interval, as `2.19 (2.10 to 2.27)`. */
export function ratioWithInterval({ estimate, ci95 }: Ratio): string {
  return `${estimate.toFixed(2)} (${ci95[0].toFixed(2)} to ${ci95[1].toFixed(2)})`;
}
