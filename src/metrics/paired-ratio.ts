import { mean, quantileSorted } from 'simple-statistics';
import { resample } from './resample.ts';

/** A ratio of mean times over the same tasks; each bound one-sided at the confidence asked for. */
export interface PairedRatio {
  readonly n: number;
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

const RESAMPLES = 4_000;

/** Any fixed number will do: the same times give the same bounds. */
const SEED = 20_261_208;

/**
 * Mean of `candidate` over mean of `reference`, over the tasks that both have a time of, with a
 * percentile bootstrap over these pairs. `undefined` for fewer than two pairs, which say nothing of
 * their spread.
 */
export function pairedRatio(
  candidate: ReadonlyMap<string, number>,
  reference: ReadonlyMap<string, number>,
  confidence: number,
): PairedRatio | undefined {
  const pairs = [...reference].flatMap(([taskId, below]) => {
    const above = candidate.get(taskId);
    return above === undefined ? [] : [{ above, below }];
  });
  if (pairs.length < 2) {
    return undefined;
  }
  const ratios = resample((redraw) => ratioOf(redraw(pairs)), { resamples: RESAMPLES, seed: SEED });
  return {
    n: pairs.length,
    estimate: ratioOf(pairs),
    lower: quantileSorted(ratios, 1 - confidence),
    upper: quantileSorted(ratios, confidence),
  };
}

function ratioOf(pairs: readonly { readonly above: number; readonly below: number }[]): number {
  return mean(pairs.map(({ above }) => above)) / mean(pairs.map(({ below }) => below));
}
