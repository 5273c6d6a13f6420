import { sum } from 'simple-statistics';

/** Lengths of completions, in tokens, as far as they are known. */
export interface Lengths {
  /** Of those that have ended. */
  readonly ended: readonly number[];
  /** How far those under way have come. */
  readonly underWay: readonly number[];
  /** What none can exceed. */
  readonly most: number;
}

/** Fewer completions that have ended tell nothing of the others. */
const FEWEST = 3;

/** How many more tokens a completion is likely to get that has come so far. */
export type ExpectedRest = (soFar: number) => number;

/**
 * How long completions get, from those that have ended and those under way, which are longer than they
 * are now: leaving these out would take the short ones for all. The share that is longer than a length is
 * Kaplan and Meier's estimate (1958, JASA 53); beyond the longest that has ended it is taken to fall as a
 * memoryless process would. `undefined` where too few have ended.
 */
export function expectedRest({ ended, underWay, most }: Lengths): ExpectedRest | undefined {
  if (ended.length < FEWEST) {
    return undefined;
  }
  const steps = survival(ended, underWay);
  const last = steps.at(-1) ?? { length: 0, share: 0 };
  const meanWait = (sum([...ended]) + sum([...underWay])) / ended.length;
  return (soFar) => {
    const left = steps.filter(({ length }) => length > soFar);
    const alive = steps.findLast(({ length }) => length <= soFar)?.share ?? 1;
    if (alive === 0 || left.length === 0) {
      return Math.min(meanWait, Math.max(0, most - soFar));
    }
    let area = 0;
    let from = soFar;
    let share = alive;
    for (const step of left) {
      area += share * (step.length - from);
      from = step.length;
      ({ share } = step);
    }
    return (area + share * Math.min(meanWait, Math.max(0, most - last.length))) / alive;
  };
}

/** At each length at which one ended: the share that gets longer. */
function survival(
  ended: readonly number[],
  underWay: readonly number[],
): { readonly length: number; readonly share: number }[] {
  const counts = new Map<number, number>();
  for (const length of ended.toSorted((one, other) => one - other)) {
    counts.set(length, (counts.get(length) ?? 0) + 1);
  }
  let share = 1;
  let before = 0;
  return [...counts].map(([length, count]) => {
    const atRisk = ended.length - before + underWay.filter((soFar) => soFar >= length).length;
    share *= 1 - count / atRisk;
    before += count;
    return { length, share };
  });
}
