import type { Distributions, WindowScores } from '../../engines/scoring.ts';
import { klLowerBound, massOf } from '../../metrics/kl.ts';
import { sha256Json } from '../../records/hash.ts';
import type { Score } from '../../records/perplexity.ts';
import { packTop } from './top-store.ts';
import type { Window } from './windows.ts';

/** A row, or a window of llama.cpp's method: what is stored and resumed as one. */
export interface Unit {
  readonly key: string;
  readonly number: number;
  /** How many units the text has. */
  readonly of: number;
  readonly bos: boolean;
  readonly windows: readonly Window[];
  /** The reference's likeliest tokens at each place, over all windows. */
  readonly reference: Distributions | undefined;
}

/** Of the tokens that a unit scores: equal hashes can be compared token by token. */
export function hashTokens(windows: readonly Window[]): string {
  return sha256Json(windows.flatMap(({ tokens, scoreFrom }) => tokens.slice(scoreFrom)));
}

/** Makes a unit's record of its windows' scores. `keepTop`: the unit is the reference's. */
export function toScore(
  unit: Unit,
  scores: readonly WindowScores[],
  about: { readonly subject: string; readonly keepTop: boolean },
): Score {
  const { windows, reference } = unit;
  const own: Distributions = {
    ids: scores.flatMap(({ distributions }) => distributions?.ids ?? []),
    logProbs: scores.flatMap(({ distributions }) => distributions?.logProbs ?? []),
  };
  const top = about.keepTop ? packTop(own) : undefined;
  return {
    version: 1,
    key: unit.key,
    subject: about.subject,
    unit: unit.number,
    of: unit.of,
    windows: windows.length,
    tokensSha256: hashTokens(windows),
    bytes: windows.reduce((sum, { bytes }) => sum + bytes, 0),
    bos: unit.bos,
    // `0 - x`: a certain token's is 0, not -0.
    nlls: scores.flatMap(({ logProbs }) => logProbs.map((logProb) => 0 - logProb)),
    likeliest: scores.flatMap(({ likeliest }) => likeliest),
    ...(top === undefined ? {} : { top }),
    ...(reference === undefined ? {} : { kl: divergence(reference, own) }),
  };
}

function divergence(reference: Distributions, own: Distributions): NonNullable<Score['kl']> {
  const { logProbs } = reference;
  const mass = logProbs.reduce((sum, place) => sum + massOf(place), 0);
  return {
    // The reference's are kept in 32 bits, so ours are rounded alike.
    values: logProbs.map((place, index) =>
      klLowerBound(place, (own.logProbs[index] ?? []).map(Math.fround)),
    ),
    coverage: logProbs.length === 0 ? 0 : mass / logProbs.length,
  };
}
