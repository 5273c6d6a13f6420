/** One part in 2^23: below it a remainder is rounding of the engine's 32-bit sums. */
const LEAST_REMAINDER = 2 ** -23;

/**
 * A lower bound of the Kullback-Leibler divergence D(P || Q) in nats, from log-probabilities that
 * both give to the same tokens, P's likeliest. All other tokens count as one: by the log-sum
 * inequality (Cover and Thomas, Elements of Information Theory, theorem 2.7.1), what they hide can
 * only be more. Equal lists give exactly 0.
 */
export function klLowerBound(p: readonly number[], q: readonly number[]): number {
  let divergence = 0;
  for (const [index, logP] of p.entries()) {
    divergence += Math.exp(logP) * (logP - (q[index] ?? Number.NaN));
  }
  const pRest = remainder(p);
  divergence += pRest * Math.log(pRest / remainder(q));
  // No divergence is negative: what is below 0 is rounding.
  return Math.max(0, divergence);
}

/** The share of probability that a list of log-probabilities holds. */
export function massOf(logProbs: readonly number[]): number {
  return logProbs.reduce((sum, logProb) => sum + Math.exp(logProb), 0);
}

function remainder(logProbs: readonly number[]): number {
  return Math.max(1 - massOf(logProbs), LEAST_REMAINDER);
}
