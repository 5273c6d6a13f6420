import { sum } from 'simple-statistics';
import { type ExpectedRest, expectedRest, type Lengths } from '../../metrics/expected-length.ts';
import type { Work } from '../../records/progress.ts';

/** How a step that generates stands: `ended` and `underWay` have completions of earlier sessions too. */
export interface GenerationState extends Lengths {
  /** Completions and new tokens of this session. */
  readonly endedNow: number;
  readonly newTokens: number;
  /** Tokens of the prompts of all completions of this session, those first that begin first. */
  readonly prompts: readonly number[];
  /** Completions that are under way at once. */
  readonly parallel: number;
}

/**
 * The work that is done and left, in units of one prompt token, whose ratio is that of the times;
 * `undefined` where it cannot be told yet. Completions end in clumps, since many are under way at once:
 * their tokens say how far it is.
 */
export function workOf(state: GenerationState): Work | undefined {
  const rest = expectedRest(state);
  return rest && { done: workDone(state), left: workLeft(state, rest) };
}

/** What has been computed, in the same units. */
export function workDone(state: Omit<GenerationState, 'ended' | 'underWay' | 'most'>): number {
  const { newTokens, prompts, parallel } = state;
  const read = sum(prompts.slice(0, prompts.length - waitingOf(state)));
  return read + newTokens * tokenCost(Math.min(parallel, prompts.length));
}

/** What is still to be computed. */
export function workLeft(
  state: Omit<GenerationState, 'ended' | 'most' | 'newTokens'>,
  rest: ExpectedRest,
): number {
  const { endedNow, prompts, parallel, underWay } = state;
  const waiting = waitingOf(state);
  const begun = prompts.length - endedNow - waiting;
  const rests = Array.from({ length: begun }, (_, index) => rest(underWay[index] ?? 0));
  if (waiting === 0) {
    return drainCost(rests);
  }
  // What comes last thins the batch out, on the average to half of it.
  const last = begun * rest(0);
  const filled = Math.max(0, sum(rests) + waiting * rest(0) - last);
  const unread = sum(prompts.slice(prompts.length - waiting));
  const thinning = tokenCost(Math.max(1, begun / 2));
  return unread + filled * tokenCost(Math.min(parallel, prompts.length)) + last * thinning;
}

/** Completions that have not begun. */
function waitingOf({
  prompts,
  endedNow,
  parallel,
}: Pick<GenerationState, 'prompts' | 'endedNow' | 'parallel'>): number {
  return Math.max(0, prompts.length - endedNow - parallel);
}

/** What it costs to end completions that have so many tokens left, with none to take their place. */
function drainCost(rests: readonly number[]): number {
  const ascending = rests.toSorted((one, other) => one - other);
  const passes = ascending.map((rest, index) => rest - (ascending[index - 1] ?? 0));
  return sum(passes.map((count, index) => count * passCost(rests.length - index)));
}

function tokenCost(together: number): number {
  return passCost(together) / together;
}

/**
 * What a pass over so many tokens costs: roughly, of models of half a billion parameters on a CPU, as
 * the engine's `passCost`.
 */
function passCost(together: number): number {
  return together <= 1 ? 5 : 10 + together;
}
