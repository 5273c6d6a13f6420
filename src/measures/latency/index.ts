import { mean } from 'simple-statistics';
import type { Options } from '../../options/option.ts';
import type { CellPlan, LatencyPlan } from '../../records/plan.ts';
import { stopOf } from '../../store/early-stops.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { countUnits } from '../count-units.ts';
import type { Measure, MeasureRun } from '../measure.ts';
import { spread } from '../spread.ts';
import { cellLatency, type CellLatency } from './columns.ts';
import { timeCells } from './execute.ts';
import { DEFAULT_LATENCY_REPEATS, DEFAULT_LATENCY_TASKS, type latencyOptions } from './options.ts';
import { probeTimings } from './probe.ts';
import { LATENCY_MAX_TOKENS, ownTimingUnits, timingUnits } from './units.ts';

type LatencyOptions = Options<typeof latencyOptions>;

/** How long a completion takes alone: the latency pass, batch of one. */
export const latency: Measure<LatencyOptions, CellLatency> = {
  name: 'latency',
  stages: ['measure'],
  needs: ['timing'],
  part: (options, taskIds) => (options.latency ? { latency: planOf(options, taskIds) } : {}),
  prepare: ({ plan, tasks, shard }) =>
    Promise.resolve({
      unit: 'timings',
      count: (records) => {
        const cells = plan.latency === undefined ? [] : timedCells(plan.cells);
        const all = plan.latency === undefined ? [] : timingUnits(cells, plan.latency, tasks);
        const units = ownTimingUnits(all, { shard });
        const present = new Set(records?.timings.map(({ key }) => key));
        return new Map(
          cells.map(({ id }) => [
            id,
            countUnits(
              units.filter(({ cell }) => cell.id === id),
              present,
            ),
          ]),
        );
      },
      msEach,
      probe: (cell, probe) =>
        plan.latency === undefined
          ? Promise.resolve(undefined)
          : probeTimings(cell, { ...probe, tasks, latency: plan.latency }),
      execute,
    }),
  columns: (cell, { reference, records }) => cellLatency(cell, reference, records),
  isIncomplete: ({ timingsMissing, stopped }) => stopped === undefined && timingsMissing > 0,
};

function planOf(
  {
    latencyTasks = DEFAULT_LATENCY_TASKS,
    latencyRepeats = DEFAULT_LATENCY_REPEATS,
  }: LatencyOptions,
  taskIds: readonly string[],
): LatencyPlan {
  const count = latencyTasks === 'all' ? taskIds.length : latencyTasks;
  return {
    taskIds: spread(taskIds, count),
    repeats: latencyRepeats,
    maxTokens: LATENCY_MAX_TOKENS,
  };
}

/** A noise floor is the reference once more: its times would say nothing new. */
function timedCells(cells: readonly CellPlan[]): CellPlan[] {
  return cells.filter(
    ({ role, notRun }) => role === undefined && notRun?.['latency'] === undefined,
  );
}

async function execute(run: MeasureRun): Promise<void> {
  const { store } = run;
  const { plan } = store.header;
  if (plan.latency === undefined) {
    return;
  }
  const generated = {
    completions: [...store.completions.values()],
    stops: [...store.stops.values()],
  };
  const whole = timedCells(plan.cells).filter((cell) => stopOf(cell, generated) === undefined);
  await timeCells(whole, plan.latency, run);
}

function msEach(cell: CellPlan, { sessions, timings }: RunRecords): number | undefined {
  const times = [
    ...sessions
      .filter(({ cell: id, pass }) => id === cell.id && pass === 'latency')
      .map(({ wallMs }) => wallMs),
    ...timings
      .filter((timing) => timing.cell === cell.id)
      .map(({ ttftMs, decodeMs }) => ttftMs + decodeMs),
  ];
  return times.length === 0 ? undefined : mean(times);
}
