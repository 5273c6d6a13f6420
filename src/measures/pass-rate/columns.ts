import { sum } from 'simple-statistics';
import type { Completion, EngineSessionRecord } from '../../records/completion.ts';
import { samplesOf } from '../../records/decode.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { type MaybeShard, noFigureOf } from '../../records/shard.ts';
import type { ThreadUse } from '../../records/thread-use.ts';
import { stopOf } from '../../store/early-stops.ts';
import { partsOf, type Verdict } from '../../records/verdict.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { overlapColumns, replayColumn } from './overlap.ts';
import { draftingOf } from './drafting.ts';
import { pairedColumns } from './paired.ts';
import { passAt1, passAtKs } from './rates.ts';
import { cellResults, type TaskOutcome } from './task-results.ts';
import { sequencesOf } from './work-meter.ts';

/** What the quality pass adds to a cell's report. */
export type PassRateColumns = Pick<
  CellReport,
  | 'passAt1'
  | 'passAtK'
  | 'parts'
  | 'paired'
  | 'infrastructure'
  | 'pending'
  | 'stopped'
  | 'failures'
  | 'stopReasons'
  | 'generation'
  | 'draft'
  | 'agreement'
  | 'overlap'
  | 'replay'
>;

/** Sums the completions of a cell and their verdicts up. */
export function passRateColumns(
  cell: CellPlan,
  of: { readonly reference: CellPlan; readonly records: RunRecords },
): PassRateColumns {
  const { records } = of;
  const completions = records.completions.filter((record) => record.cell === cell.id);
  const verdicts = records.verdicts.filter((record) => record.cell === cell.id);
  const missing = missingVerdicts(cell, records);
  const unjudged = missing.infrastructure + missing.pending;
  return {
    ...ratesOf(cell, verdicts, { records, unjudged }),
    ...partsOf(verdicts, (own) => ratesOf(cell, own, { records, unjudged })),
    ...pairedColumns(cell, of),
    ...missing,
    ...stoppedFigures(cell, records),
    failures: countBy(
      verdicts.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.cause] : [])),
    ),
    stopReasons: countBy(completions.map((completion) => completion.stopReason)),
    generation: generationOf(cell, records.sessions, completions),
    ...draftingOf(cell, records),
    ...overlapColumns(cell, of),
    ...replayColumn(cell),
  };
}

/** A shard has none: whatever a part of the tasks comes to could be taken for the whole run's. */
function ratesOf(
  cell: CellPlan,
  verdicts: readonly Verdict[],
  { records, unjudged }: { readonly records: RunRecords; readonly unjudged: number },
): Pick<PassRateColumns, 'passAt1' | 'passAtK'> {
  const ks = kOf(cell, records);
  const { shard }: MaybeShard = records.header;
  return shard === undefined
    ? { passAt1: passAt1(cell, verdicts, unjudged), passAtK: passAtKs(ks, verdicts, unjudged) }
    : {
        passAt1: noFigureOf(shard),
        passAtK: Object.fromEntries(ks.map((k) => [k, noFigureOf(shard)])),
      };
}

/** One completion a task has no other figure than pass@1. */
function kOf(cell: CellPlan, { header }: RunRecords): readonly number[] {
  return samplesOf(cell) === 1 ? [1] : (header.plan.k ?? [1]);
}

/**
 * What a report says of a cell that a rule stopped early: never a pass rate, since which tasks were
 * asked depended on the completions. Nothing for a cell that was finished after all.
 */
function stoppedFigures(
  cell: CellPlan,
  records: RunRecords,
): Partial<Pick<CellReport, 'stopped' | 'passAt1'>> {
  const stop = stopOf(cell, records);
  if (stop === undefined) {
    return {};
  }
  const { verdict, judged, tasks, savedTokens } = stop;
  return {
    stopped: { verdict, judged, savedTokens },
    passAt1: {
      notRun: `stopped by rule after ${judged} of ${tasks} tasks: the gate's verdict on its quality is ${verdict} whatever the others had been; about ${savedTokens} tokens saved`,
    },
  };
}

/** Completions without a verdict, told apart by whether an incident stands behind them. */
function missingVerdicts(
  cell: CellPlan,
  records: RunRecords,
): { readonly infrastructure: number; readonly pending: number } {
  const results = cellResults(cell, records);
  const count = (kind: TaskOutcome['kind']): number =>
    results.filter(({ outcome }) => outcome.kind === kind).length;
  return { infrastructure: count('infrastructure'), pending: count('pending') };
}

function countBy<T extends string>(items: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {};
  for (const item of items.toSorted()) {
    counts[item] = (counts[item] ?? 0) + 1;
  }
  return counts;
}

function generationOf(
  cell: CellPlan,
  all: readonly EngineSessionRecord[],
  present: readonly Completion[],
): CellReport['generation'] {
  const taken = new Set(present.flatMap(({ takenFrom }) => takenFrom ?? []));
  const completions = present.filter(({ takenFrom }) => takenFrom === undefined).length;
  const sessions = all.filter((session) => session.cell === cell.id && session.pass === 'quality');
  const last = sessions.at(-1);
  if (last === undefined) {
    return {
      notRun:
        taken.size === 0 || completions > 0
          ? 'no engine session ended'
          : `its completions are those of ${[...taken].join(', ')}`,
    };
  }
  const total = (figure: (session: EngineSessionRecord) => number): number =>
    sum(sessions.map(figure));
  const wallMs = total((session) => session.wallMs);
  const interrupted = sessions.filter(({ isOpen }) => isOpen).length;
  const covered = total((session) => session.completions);
  return {
    ...tokenFacts(sessions, wallMs),
    wallMs,
    loadMs: last.loadMs,
    parallel: sequencesOf(cell),
    sessions: sessions.length,
    ...(interrupted === 0 ? {} : { interrupted }),
    ...(covered < completions ? { covers: { completions: covered, of: completions } } : {}),
    ...processFacts(sessions, last),
  };
}

/** Nothing where the engine does not show tokens. */
function tokenFacts(
  sessions: readonly EngineSessionRecord[],
  wallMs: number,
): Partial<Exclude<CellReport['generation'], { notRun: string }>> {
  const counts = sessions.flatMap(({ newTokens, promptTokens }) =>
    newTokens === undefined || promptTokens === undefined ? [] : [{ newTokens, promptTokens }],
  );
  if (counts.length < sessions.length) {
    return {};
  }
  const newTokens = sum(counts.map((count) => count.newTokens));
  return {
    tokensPerSecond: wallMs === 0 ? 0 : (newTokens / wallMs) * 1_000,
    newTokens,
    promptTokens: sum(counts.map((count) => count.promptTokens)),
  };
}

/** What the engine tells of its process: of the last session, and the highest peak of all. */
function processFacts(
  sessions: readonly EngineSessionRecord[],
  { contextSize, threads, threadsChosenBy, backend, systemInfo, audit }: EngineSessionRecord,
): Partial<Exclude<CellReport['generation'], { notRun: string }>> {
  const peaks = sessions.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
  return {
    ...(peaks.length === 0 ? {} : { peakRssBytes: Math.max(...peaks) }),
    ...(contextSize === undefined ? {} : { contextSize }),
    ...(threads === undefined ? {} : { threads }),
    ...(threadsChosenBy === undefined ? {} : { threadsChosenBy }),
    ...(backend === undefined ? {} : { backend }),
    ...(systemInfo === undefined ? {} : { systemInfo }),
    ...(audit === undefined ? {} : { audit }),
    ...loadFacts(sessions),
  };
}

/** What the machine did meanwhile, over all sessions. */
function loadFacts(
  sessions: readonly EngineSessionRecord[],
): Pick<Exclude<CellReport['generation'], { notRun: string }>, 'threadUse' | 'othersCpuShare'> {
  const threadUse = threadUseOf(sessions);
  const watched = sessions.flatMap(({ othersCpuShare, wallMs }) =>
    othersCpuShare === undefined ? [] : [{ othersCpuShare, wallMs }],
  );
  const watchedMs = sum(watched.map(({ wallMs }) => wallMs));
  return {
    ...(threadUse.length > 1 ? { threadUse } : {}),
    ...(watchedMs === 0
      ? {}
      : {
          othersCpuShare:
            sum(watched.map(({ othersCpuShare, wallMs }) => othersCpuShare * wallMs)) / watchedMs,
        }),
  };
}

/** A session with one thread count had it all the time. */
function threadUseOf(sessions: readonly EngineSessionRecord[]): ThreadUse[] {
  const all = sessions.flatMap(({ threads, threadUse, wallMs }) =>
    threads === undefined ? [] : (threadUse ?? [{ threads, ms: wallMs }]),
  );
  return [...Map.groupBy(all, ({ threads }) => threads)]
    .map(([threads, uses]) => ({ threads, ms: sum(uses.map(({ ms }) => ms)) }))
    .toSorted((one, other) => other.ms - one.ms);
}
