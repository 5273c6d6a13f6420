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
  const pairs = pairTimes(reference, candidate);
  if (pairs.length < 2) {
    return undefined;
  }
  const ratios = resample((redraw) => ratioOfMeans(redraw(pairs)), {
    resamples: RESAMPLES,
    seed: SEED,
  });
  return {
    n: pairs.length,
    estimate: ratioOfMeans(pairs),
    lower: quantileSorted(ratios, 1 - confidence),
    upper: quantileSorted(ratios, confidence),
  };
}

/** One task's times in a reference and in something held against it. */
export interface TimePair {
  readonly theirs: number;
  readonly ours: number;
}

/** The tasks that both have a time of. */
export function pairTimes(
  reference: ReadonlyMap<string, number>,
  own: ReadonlyMap<string, number>,
): TimePair[] {
  return [...reference].flatMap(([taskId, theirs]) => {
    const ours = own.get(taskId);
    return ours === undefined ? [] : [{ theirs, ours }];
  });
}

/** Mean of the own times over mean of the reference's. */
function ratioOfMeans(pairs: readonly TimePair[]): number {
  return mean(pairs.map(({ ours }) => ours)) / mean(pairs.map(({ theirs }) => theirs));
}
