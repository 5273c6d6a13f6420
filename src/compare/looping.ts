import type { Completion } from '../records/completion.ts';

/** Longest repeated passage that is looked for, in tokens. */
const LONGEST_PERIOD = 64;

/** A passage counts as repeated from so many times in a row on, and so many tokens in all. */
const LEAST_REPEATS = 3;
const LEAST_TOKENS = 24;

/**
 * Whether a completion was truncated at the token cap while repeating one passage to the end: a model that
 * loops, which no higher cap would help.
 */
export function isLooping({
  stopReason,
  tokens,
}: Pick<Completion, 'stopReason' | 'tokens'>): boolean {
  if (stopReason !== 'max-tokens' || tokens === undefined) {
    return false;
  }
  for (let period = 1; period <= LONGEST_PERIOD; period += 1) {
    const length = Math.max(LEAST_REPEATS * period, LEAST_TOKENS);
    if (length <= tokens.length && hasPeriod(tokens.slice(-length), period)) {
      return true;
    }
  }
  return false;
}

function hasPeriod(tokens: readonly number[], period: number): boolean {
  return tokens.every((token, index) => index < period || token === tokens[index - period]);
}
