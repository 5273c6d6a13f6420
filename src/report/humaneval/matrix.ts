import { type TaskResult, taskResults } from '../../measures/pass-rate/task-results.ts';
import { median } from 'simple-statistics';
import type { Report } from '../../records/report.ts';
import type { RunRecords } from '../../store/run-store.ts';
import type { Attempt, TaskMatrix } from '../pictures.ts';
import type { Timing } from '../../records/timing.ts';
import { tpotMsOf } from '../words/timing-figures.ts';
import { shortNames } from '../words/short-names.ts';

/** Prompts by task; those that are missing are not at hand. */
export type Prompts = ReadonlyMap<string, string>;

/** What each cell of a run made of each task. */
export function runMatrix(
  { cells, reference }: Report,
  records: RunRecords,
  prompts: Prompts,
): TaskMatrix {
  const ids = cells.map(({ id }) => id);
  const names = shortNames(ids);
  const timed = Map.groupBy(records.timings, (timing) => `${timing.cell} ${timing.taskId}`);
  const byTask = Map.groupBy(taskResults(records), ({ taskId }) => taskId);
  return {
    cells: ids.map(names.of),
    ...(ids.length < 2 ? {} : { reference: ids.indexOf(reference) }),
    tasks: records.header.plan.dataset.taskIds.map((id) => {
      const byCell = Map.groupBy(byTask.get(id) ?? [], ({ cell }) => cell);
      const prompt = prompts.get(id);
      return {
        id,
        ...(prompt === undefined ? {} : { prompt }),
        attempts: ids.map((cell) =>
          (byCell.get(cell) ?? []).map((result) => ({
            ...attemptOf(result, cell === reference ? undefined : byCell.get(reference)),
            // What is timed is the first sample's request.
            ...(result.sample === 0 ? timesOf(timed.get(`${cell} ${id}`) ?? []) : {}),
          })),
        ),
      };
    }),
  };
}

function attemptOf(result: TaskResult, reference: readonly TaskResult[] | undefined): Attempt {
  const { completion, judgingMs, sample } = result;
  const other = reference?.find((one) => one.sample === sample)?.completion?.tokens;
  const difference = firstDifference(completion?.tokens, other);
  return {
    ...verdictOf(result.outcome),
    ...(completion === undefined
      ? {}
      : {
          text: completion.text,
          stopReason: completion.stopReason,
          ...(completion.tokens === undefined ? {} : { newTokens: completion.tokens.length }),
        }),
    ...(judgingMs === undefined ? {} : { judgingMs }),
    ...(difference === undefined ? {} : { firstDifference: difference }),
  };
}

function timesOf(timings: readonly Timing[]): Pick<Attempt, 'ttftMs' | 'tpotMs'> {
  const [ttftMs, tpotMs] = [
    timings.map((timing) => timing.ttftMs),
    timings.flatMap((timing) => tpotMsOf(timing) ?? []),
  ].map((values) => (values.length === 0 ? undefined : median(values)));
  return {
    ...(ttftMs === undefined ? {} : { ttftMs }),
    ...(tpotMs === undefined ? {} : { tpotMs }),
  };
}

function verdictOf(outcome: TaskResult['outcome']): Attempt {
  switch (outcome.kind) {
    case 'passed':
      return { verdict: 'passed' };
    case 'failed':
      return { verdict: 'failed', cause: outcome.cause, detail: outcome.detail };
    case 'infrastructure':
      return { verdict: 'none', cause: 'infrastructure', detail: outcome.detail };
    case 'pending':
      return { verdict: 'none', cause: 'pending' };
  }
}

/** Index of the first token in which two completions differ, `null` where none does. */
function firstDifference(
  tokens: readonly number[] | undefined,
  others: readonly number[] | undefined,
): number | null | undefined {
  if (tokens === undefined || others === undefined) {
    return undefined;
  }
  const length = Math.max(tokens.length, others.length);
  const index = Array.from({ length }, (_, at) => at).find((at) => tokens[at] !== others[at]);
  return index ?? null;
}
