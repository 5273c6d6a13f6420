import { counted } from '../../records/counted.ts';
import { median } from 'simple-statistics';
import { figureOf } from '../../metrics/figure.ts';
import { speedupOver, type TaskFigures, taskFigures } from '../../metrics/latency.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport, Ratio, Report } from '../../records/report.ts';
import type { RunHeader } from '../../records/run-header.ts';
import { hasTask, noFigureOf } from '../../records/shard.ts';
import type { Timing } from '../../records/timing.ts';
import { stopOf } from '../../store/early-stops.ts';
import type { RunRecords } from '../../store/run-store.ts';

/** What the latency pass adds to a cell's report. */
export type CellLatency = Pick<
  CellReport,
  | 'ttftMs'
  | 'tpotMs'
  | 'prefillTokensPerSecond'
  | 'decodeTokensPerSecond'
  | 'loadMs'
  | 'peakRssBytes'
  | 'speedup'
  | 'timingsMissing'
>;

interface NotRun {
  readonly notRun: string;
}

const TOO_FEW_PAIRS = { notRun: 'an interval needs two prompts that both were timed on' };

const NOT_ASKED = { notRun: 'no latency pass was asked for' };

/** Sums the latency pass of a cell up, beside that of the reference cell. */
export function cellLatency(cell: CellPlan, reference: CellPlan, records: RunRecords): CellLatency {
  const { plan, shard } = records.header;
  const untimed = reasonUntimed(cell, records);
  if (untimed !== undefined) {
    return { ...withoutFigures(untimed), ...loadingOf(cell, records), timingsMissing: 0 };
  }
  const timingsMissing = missingTimings(cell, records);
  if (plan.latency === undefined || timingsMissing > 0) {
    const notRun =
      plan.latency === undefined
        ? NOT_ASKED
        : { notRun: `${timingsMissing} of ${askedTimings(records.header)} timings are missing` };
    return { ...withoutFigures(notRun), ...loadingOf(cell, records), timingsMissing };
  }
  if (shard !== undefined) {
    return { ...withoutFigures(noFigureOf(shard)), ...loadingOf(cell, records), timingsMissing };
  }
  const figures = taskFigures(timingsOf(cell, records));
  return {
    ttftMs: figureOrReason(figures.ttftMs, 'no task was timed'),
    tpotMs: figureOrReason(figures.tpotMs, 'every completion has one token at most'),
    prefillTokensPerSecond: figureOrReason(figures.prefillTokensPerSecond, 'no task was timed'),
    decodeTokensPerSecond: figureOrReason(
      figures.decodeTokensPerSecond,
      'every completion has one token at most',
    ),
    ...loadingOf(cell, records),
    speedup: speedupOf(figures, reference, records),
    timingsMissing,
  };
}

/** Why a cell is left out of the latency pass; `undefined` for a cell that is in it. */
function reasonUntimed(cell: CellPlan, records: RunRecords): NotRun | undefined {
  if (cell.role !== undefined) {
    return { notRun: 'the noise floor is not timed' };
  }
  const impossible = cell.notRun?.['latency'];
  if (records.header.plan.latency !== undefined && impossible !== undefined) {
    return { notRun: impossible };
  }
  return stopOf(cell, records) === undefined
    ? undefined
    : { notRun: 'the cell was stopped by rule' };
}

function withoutFigures(notRun: { readonly notRun: string }) {
  return {
    ttftMs: notRun,
    tpotMs: notRun,
    prefillTokensPerSecond: notRun,
    decodeTokensPerSecond: notRun,
    speedup: notRun,
  };
}

function figureOrReason(values: ReadonlyMap<string, number>, reason: string): CellReport['ttftMs'] {
  return values.size === 0 ? { notRun: reason } : figureOf([...values.values()]);
}

function speedupOf(
  figures: TaskFigures,
  reference: CellPlan,
  records: RunRecords,
): CellReport['speedup'] {
  const untimed = reasonUntimed(reference, records);
  if (untimed !== undefined) {
    return untimed;
  }
  const missing = missingTimings(reference, records);
  if (missing > 0) {
    return {
      notRun: `${counted(missing, 'timing')} of the reference ${reference.id} ${missing === 1 ? 'is' : 'are'} missing`,
    };
  }
  const theirs = taskFigures(timingsOf(reference, records));
  return {
    reference: reference.id,
    ttft: speedupOver(theirs.ttftMs, figures.ttftMs) ?? TOO_FEW_PAIRS,
    tpot: speedupOver(theirs.tpotMs, figures.tpotMs) ?? TOO_FEW_PAIRS,
  };
}

/** How many times as fast a cell's tokens come as another's. */
export function tpotSpeedup(cell: CellPlan, over: CellPlan, records: RunRecords): Ratio | NotRun {
  if (records.header.plan.latency === undefined) {
    return NOT_ASKED;
  }
  const missing = missingTimings(cell, records) + missingTimings(over, records);
  if (missing > 0) {
    return { notRun: `${counted(missing, 'timing is', 'timings are')} missing` };
  }
  const tpotOf = (each: CellPlan): ReadonlyMap<string, number> =>
    taskFigures(timingsOf(each, records)).tpotMs;
  return speedupOver(tpotOf(over), tpotOf(cell)) ?? TOO_FEW_PAIRS;
}

/** Loading and memory as the latency pass found them, where nothing but the cell's own was loaded. */
function loadingOf(
  cell: CellPlan,
  { sessions }: RunRecords,
): Pick<CellReport, 'loadMs' | 'peakRssBytes'> {
  const own = sessions.filter((session) => session.cell === cell.id);
  const timed = own.filter(({ pass }) => pass === 'latency');
  const last = timed.at(-1) ?? own.at(-1);
  const peaks = timed.flatMap(({ peakRssBytes }) => peakRssBytes ?? []);
  return last === undefined
    ? {
        loadMs: { notRun: 'no engine session ended' },
        peakRssBytes: { notRun: 'no engine session ended' },
      }
    : {
        loadMs: last.loadMs,
        peakRssBytes:
          timed.length === 0
            ? { notRun: 'no latency pass' }
            : peaks.length === 0
              ? { notRun: 'the engine does not tell' }
              : Math.max(...peaks),
      };
}

function timingsOf(cell: CellPlan, { header, timings }: RunRecords): Timing[] {
  const { latency } = header.plan;
  return timings.filter(
    (timing) =>
      timing.cell === cell.id &&
      latency?.taskIds.includes(timing.taskId) === true &&
      timing.repeat < latency.repeats,
  );
}

function askedTimings(header: RunHeader): number {
  const { latency } = header.plan;
  return latency === undefined
    ? 0
    : latency.taskIds.filter((taskId) => hasTask(header, taskId)).length * latency.repeats;
}

function missingTimings(cell: CellPlan, records: RunRecords): number {
  return askedTimings(records.header) - timingsOf(cell, records).length;
}

/** How the latency pass of a run was done, all cells together. */
export function latencyReport(records: RunRecords): Report['latency'] {
  const { plan } = records.header;
  if (plan.latency === undefined) {
    return NOT_ASKED;
  }
  const own = plan.cells.filter(({ role }) => role === undefined);
  const reasons = own.flatMap(({ notRun }) => notRun?.['latency'] ?? []);
  if (reasons.length === own.length) {
    return { notRun: [...new Set(reasons)].join('; ') };
  }
  const { taskIds, repeats, maxTokens } = plan.latency;
  const timings = plan.cells.flatMap((cell) => timingsOf(cell, records));
  const shares = timings.flatMap(({ othersCpuShare }) => othersCpuShare ?? []);
  const isApart = records.sessions.some(({ interleaved }) => interleaved === 'cells of a model');
  return {
    tasks: taskIds.length,
    repeats,
    maxTokens,
    timings: timings.length,
    interleaved: isApart ? 'cells of a model' : 'cells',
    othersCpuShare: shares.length === 0 ? null : median(shares),
  };
}
