/** The tails of a sign-flip test. */
export interface SignFlipTest {
  /** Chance of a sum as large as the observed one or larger, if every sign were a coin's. */
  readonly atLeast: number;
  /** Twice the smaller tail, at most 1. */
  readonly twoSided: number;
}

/**
 * The sign-flip permutation test over tasks: were there no difference, each task's difference would
 * be as likely with the other sign. The whole distribution of the sum is computed, task by task, so
 * there is nothing drawn at random; with differences of −1, 0 and 1 this is McNemar's exact test.
 * `differences` are whole numbers. Source: R. A. Fisher, The Design of Experiments (1935), § 21.
 */
export function signFlipTest(differences: readonly number[]): SignFlipTest {
  const sizes = differences.map(Math.abs).filter((size) => size > 0);
  if (!sizes.every(Number.isInteger)) {
    throw new RangeError('the sign-flip test takes whole numbers');
  }
  const reach = total(sizes);
  const chances = distribution(sizes, reach);
  const observed = total(differences);
  const atLeast = tail(chances, observed + reach);
  const atMost = tail(chances.toReversed(), reach - observed);
  return { atLeast, twoSided: Math.min(1, 2 * Math.min(atLeast, atMost)) };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Chances of every sum from −reach to reach, by index sum + reach. */
function distribution(sizes: readonly number[], reach: number): number[] {
  let chances: number[] = Array.from({ length: 2 * reach + 1 }, () => 0);
  chances[reach] = 1;
  for (const size of sizes) {
    chances = chances.map(
      (_, index) => ((chances[index - size] ?? 0) + (chances[index + size] ?? 0)) / 2,
    );
  }
  return chances;
}

/** Summed from the far end, where the small terms are. */
function tail(chances: readonly number[], from: number): number {
  return Math.min(1, total(chances.slice(from).toReversed()));
}
