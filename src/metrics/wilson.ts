/** A proportion as counted, with its interval. */
export interface Proportion {
  readonly passed: number;
  readonly total: number;
  /** passed / total; `null` for 0/0, which is not a figure. */
  readonly estimate: number | null;
  /** Two-sided 95 % interval, `null` for 0/0. */
  readonly ci95: readonly [number, number] | null;
}

/** The standard normal distribution's 0.975 quantile. */
const Z_95 = 1.959963984540054;

/** A proportion with Wilson's 95 % interval. Throws a `RangeError` for what is not a count. */
export function wilson(passed: number, total: number): Proportion {
  if (!Number.isInteger(passed) || !Number.isInteger(total) || passed < 0 || passed > total) {
    throw new RangeError(`${passed} of ${total} is not a count`);
  }
  if (total === 0) {
    return { passed, total, estimate: null, ci95: null };
  }
  const estimate = passed / total;
  return { passed, total, estimate, ci95: wilsonInterval(estimate, total) };
}

/**
 * Wilson's two-sided 95 % score interval around a share of `total`.
 *
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
 * JASA 22 (1927), 209-212. Unlike Wald's, it never has zero width and never leaves [0, 1].
 */
export function wilsonInterval(share: number, total: number): [number, number] {
  const z2 = Z_95 * Z_95;
  const centre = (share + z2 / (2 * total)) / (1 + z2 / total);
  const half =
    (Z_95 / (1 + z2 / total)) * Math.sqrt((share * (1 - share)) / total + z2 / (4 * total * total));
  // At a share of 0 or 1 that bound is exact; rounding must not put it beside.
  const low = share === 0 ? 0 : Math.max(0, centre - half);
  const high = share === 1 ? 1 : Math.min(1, centre + half);
  return [low, high];
}
