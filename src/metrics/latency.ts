import { mean, median } from 'simple-statistics';
import type { Ratio } from '../records/report.ts';
import type { Timing } from '../records/timing.ts';
import { bootstrapInterval } from './bootstrap.ts';
import { pairTimes, type TimePair } from './paired-ratio.ts';

/** What one timing says; `tpotMs` and what follows from it are absent for a completion of one token. */
interface TimedFigures {
  readonly ttftMs: number;
  readonly prefillTokensPerSecond: number;
  readonly tpotMs: number | undefined;
  readonly decodeTokensPerSecond: number | undefined;
}

/** A figure of each task: the median of its repeats, by the task's id. */
export type TaskFigures = Readonly<Record<keyof TimedFigures, ReadonlyMap<string, number>>>;

/**
 * Sums the repeats of each task up. TPOT is (last token − first token)/(tokens − 1), prefill tokens a
 * second are the prompt's over TTFT. Tasks are then the units: repeats of one task say nothing of
 * how other prompts fare.
 */
export function taskFigures(timings: readonly Timing[]): TaskFigures {
  const byTask = Map.groupBy(timings, ({ taskId }) => taskId);
  const figures = new Map(
    [...byTask].map(([taskId, own]) => [taskId, own.map(figuresOf)] as const),
  );
  const of = (pick: (figure: TimedFigures) => number | undefined): Map<string, number> =>
    new Map(
      [...figures].flatMap(([taskId, repeats]) => {
        const values = repeats.map(pick).filter((value) => value !== undefined);
        return values.length === 0 ? [] : [[taskId, median(values)] as const];
      }),
    );
  return {
    ttftMs: of((figure) => figure.ttftMs),
    prefillTokensPerSecond: of((figure) => figure.prefillTokensPerSecond),
    tpotMs: of((figure) => figure.tpotMs),
    decodeTokensPerSecond: of((figure) => figure.decodeTokensPerSecond),
  };
}

function figuresOf({ ttftMs, decodeMs, newTokens, promptTokens }: Timing): TimedFigures {
  const tpotMs = newTokens > 1 ? decodeMs / (newTokens - 1) : undefined;
  return {
    ttftMs,
    prefillTokensPerSecond: (promptTokens / ttftMs) * 1_000,
    tpotMs,
    decodeTokensPerSecond: tpotMs === undefined ? undefined : 1_000 / tpotMs,
  };
}

/**
 * How many times as fast as a reference something is: the reference's mean time over its own, over
 * the tasks that both have, with a percentile bootstrap over these pairs. `undefined` for fewer than
 * two pairs, which have no interval.
 */
export function speedupOver(
  reference: ReadonlyMap<string, number>,
  own: ReadonlyMap<string, number>,
): Ratio | undefined {
  const pairs = pairTimes(reference, own);
  if (pairs.length < 2) {
    return undefined;
  }
  return {
    n: pairs.length,
    estimate: speedup(pairs),
    ci95: bootstrapInterval(pairs, speedup),
  };
}

function speedup(pairs: readonly TimePair[]): number {
  return mean(pairs.map(({ theirs }) => theirs)) / mean(pairs.map(({ ours }) => ours));
}
