import { passCost } from '../decode/fill-gaps.ts';

/** How many tokens a sequence may evaluate in a pass to choose as many; each doubling is tried. */
const LENGTHS = [1, 2, 4, 8, 16, 32, 64] as const;
/** Places of a pass at whose end the model's choice is read: each takes 0.6 MB with 152,000 tokens. */
const MOST_ROWS = 256;
/** No more guesses than these are ever looked at. */
export const MOST_GUESSES = 63;
/** A guess is worth its place where it and all before it are right with this chance. */
const LEAST_CHANCE = 0.5;

/** What a sequence could evaluate in the next pass. */
export interface Standing {
  /** Tokens that have to be read before the first choice: the prompt's, or the last one chosen. */
  readonly unread: number;
  /** For each guess: the chance that it and all before it are right. */
  readonly ahead: readonly number[];
}

/**
 * How many guesses each sequence should check in the next pass: those with which most tokens are to be
 * expected for what the pass costs. `undefined`: the sequence is idle. Decided by counts alone, so that
 * the same run gives the same passes.
 */
export function planGuesses(standings: readonly (Standing | undefined)[]): number[] {
  const working = standings.filter((standing) => standing !== undefined).length;
  let best = { guesses: standings.map(() => 0), rate: 0 };
  for (const most of LENGTHS.filter((length) => length === 1 || length * working <= MOST_ROWS)) {
    const guesses = standings.map((standing) =>
      standing === undefined ? 0 : worthChecking(standing, most - 1),
    );
    const rate = expectedTokens(standings, guesses) / costOf(standings, guesses);
    if (rate > best.rate) {
      best = { guesses, rate };
    }
  }
  return best.guesses;
}

function worthChecking({ ahead }: Standing, most: number): number {
  const offered = ahead.slice(0, most);
  const doubtful = offered.findIndex((chance) => chance < LEAST_CHANCE);
  return doubtful === -1 ? offered.length : doubtful;
}

function expectedTokens(
  standings: readonly (Standing | undefined)[],
  guesses: readonly number[],
): number {
  return standings.reduce(
    (sum, standing, index) =>
      standing === undefined
        ? sum
        : standing.ahead.slice(0, guesses[index]).reduce((own, chance) => own + chance, sum + 1),
    0,
  );
}

function costOf(standings: readonly (Standing | undefined)[], guesses: readonly number[]): number {
  return costOfParts(
    standings.map((standing, index) =>
      standing === undefined ? 0 : standing.unread + (guesses[index] ?? 0),
    ),
  );
}

/**
 * What a pass costs with so many tokens of each sequence, in units of what one token more adds to it:
 * llama.cpp computes it in parts, each of equally many tokens of consecutive sequences (`split_equal` in
 * its llama-batch.cpp).
 */
export function costOfParts(tokens: readonly number[]): number {
  const left = [...tokens];
  let cost = 0;
  for (;;) {
    const first = left.findIndex((count) => count > 0);
    if (first === -1) {
      return cost;
    }
    const gap = left.findIndex((count, index) => index > first && count <= 0);
    const end = gap === -1 ? left.length : gap;
    const each = Math.min(...left.slice(first, end));
    for (let index = first; index < end; index += 1) {
      left[index] = (left[index] ?? 0) - each;
    }
    cost += passCost(each * (end - first));
  }
}
