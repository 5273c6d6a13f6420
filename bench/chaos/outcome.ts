import { isDeepStrictEqual } from 'node:util';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { readRun } from '../../src/store/run-store.ts';

/** What two runs of one command must agree in, whatever happened to one of them. */
export interface RunOutcome {
  readonly completions: unknown;
  readonly verdicts: unknown;
  readonly summary: unknown;
}

/** Reads it from a run's folder. */
export function outcomeOf(folder: string): RunOutcome {
  const records = readRun(folder);
  const { status, cells, dataset } = summarize(records);
  return {
    completions: sorted(records.completions.map(({ key, text, tokens }) => [key, text, tokens])),
    verdicts: sorted(
      records.verdicts.map(({ key, completionKey, outcome }) => [completionKey, key, outcome]),
    ),
    summary: {
      status,
      dataset,
      cells: cells.map(
        ({ id, passAt1, passAtK, failures, stopReasons, infrastructure, pending }) => ({
          id,
          passAt1,
          passAtK,
          failures,
          stopReasons,
          infrastructure,
          pending,
        }),
      ),
    },
  };
}

/** In what two outcomes differ; empty where they are the same. */
export function differences(one: RunOutcome, other: RunOutcome): string[] {
  return (['completions', 'verdicts', 'summary'] as const).filter(
    (name) => !isDeepStrictEqual(one[name], other[name]),
  );
}

function sorted(rows: readonly (readonly unknown[])[]): unknown[] {
  return rows.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1));
}
