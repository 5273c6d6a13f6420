/** What a noise is for: two completions that share all of it share their luck. */
export interface NoisePlace {
  /** Of the sample: 32 bits, which no model decides. */
  readonly seed: number;
  /** Of the token in its completion, from 0. */
  readonly position: number;
}

/**
 * The candidate whose log-probability and noise together are the largest: a draw by the candidates'
 * probabilities, which need not add up to 1 (Gumbel-max; E. J. Gumbel, "Statistical Theory of Extreme
 * Values", 1954). Models that see the same noise draw the same token wherever their probabilities are
 * alike (Chatzi et al. 2025, "Evaluation of large language models via coupled token generation", arXiv
 * 2502.01754). `undefined`: there is no candidate.
 */
export function drawShared<T extends number>(
  candidates: Iterable<readonly [token: T, probability: number]>,
  place: NoisePlace,
): T | undefined {
  return bestOf(candidates, place)?.token;
}

/**
 * The same where candidates are only the likeliest of a vocabulary, each at least as likely as any token that
 * is left out. `undefined`: the noise of one that is left out is so great that it might win.
 */
export function drawLikeliest<T extends number>(
  likeliest: ReadonlyMap<T, number>,
  place: NoisePlace,
  vocabulary: number,
): T | undefined {
  const best = bestOf(likeliest, place);
  if (best === undefined) {
    return undefined;
  }
  const needed = best.score - Math.log(Math.min(...likeliest.values()));
  if (needed > GREATEST_NOISE) {
    return best.token;
  }
  // Rounding of the exponentials is far below what is taken off.
  const limit = Math.exp(-Math.exp(-needed)) - 2 ** -50;
  const present: ReadonlySet<number> = new Set(likeliest.keys());
  for (let token = 0; token < vocabulary; token += 1) {
    if (uniform(place, token) > limit && !present.has(token)) {
      return undefined;
    }
  }
  return best.token;
}

/** A little more than that of 52 set bits. */
const GREATEST_NOISE = 37;

function bestOf<T extends number>(
  candidates: Iterable<readonly [token: T, probability: number]>,
  place: NoisePlace,
): { readonly token: T; readonly score: number } | undefined {
  let best: { readonly token: T; readonly score: number } | undefined;
  for (const [token, probability] of candidates) {
    const score = Math.log(probability) + sharedNoise(place, token);
    if (best === undefined || score > best.score) {
      best = { token, score };
    }
  }
  return best;
}

/**
 * A standard Gumbel variate, the same for the same place and token on every machine: integers, and
 * operations that IEEE 754 rounds in one way. worker/noise.py of the engine torch computes the same
 * bits.
 */
export function sharedNoise(place: NoisePlace, token: number): number {
  return -logarithm(-logarithm(uniform(place, token)));
}

/** 52 bits and a half: neither 0 nor 1. */
function uniform({ seed, position }: NoisePlace, token: number): number {
  const [high, low] = threefry([seed, 0], [position, token]);
  return (high * 2 ** 20 + (low >>> 12) + 0.5) / 2 ** 52;
}

type Words = readonly [number, number];

/** Rotations of the rounds, the first four and the next four in turn. */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const ROUNDS = 20;
const PARITY = 0x1bd11bda;

/**
 * Threefry-2x32 with 20 rounds: 64 random bits of a counter. Source: J. K. Salmon et al., "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function threefry(key: Words, counter: Words): Words {
  const keys = [key[0], key[1], key[0] ^ key[1] ^ PARITY] as const;
  let one = (counter[0] + keys[0]) | 0;
  let other = (counter[1] + keys[1]) | 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const by = ROTATIONS[round % ROTATIONS.length] ?? 0;
    one = (one + other) | 0;
    other = ((other << by) | (other >>> (32 - by))) ^ one;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      one = (one + (keys[injection % 3] ?? 0)) | 0;
      other = (other + (keys[(injection + 1) % 3] ?? 0) + injection) | 0;
    }
  }
  return [one >>> 0, other >>> 0];
}

/** Terms of the series: the next one is under 2^-53 of the first. */
const TERMS = 17;

/**
 * The natural logarithm, whose last bit languages' own ones leave open: 2 artanh of
 * (mantissa - 1) / (mantissa + 1), and the exponent's share.
 */
function logarithm(value: number): number {
  let mantissa = value;
  let exponent = 0;
  while (mantissa < 0.5) {
    mantissa *= 2;
    exponent -= 1;
  }
  while (mantissa >= 1) {
    mantissa /= 2;
    exponent += 1;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let term = TERMS; term >= 0; term -= 1) {
    sum = sum * square + 1 / (2 * term + 1);
  }
  return 2 * ratio * sum + exponent * Math.LN2;
}
