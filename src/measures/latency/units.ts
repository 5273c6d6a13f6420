import { timingKey } from '../../records/keys.ts';
import type { CellPlan, LatencyPlan } from '../../records/plan.ts';
import { hasTask, type MaybeShard } from '../../records/shard.ts';
import type { Task } from '../../records/task.ts';

/** The timings of a plan that a run takes, or a shard: those of its own tasks. */
export function ownTimingUnits(
  units: readonly TimingUnit[],
  part: MaybeShard,
): readonly TimingUnit[] {
  return units.filter(({ task }) => hasTask(part, task.taskId));
}

/** One timing that the latency pass takes. */
export interface TimingUnit {
  /** With the latency pass's token cap. */
  readonly cell: CellPlan;
  readonly task: Task;
  readonly repeat: number;
  readonly key: string;
}

/** Long completions would make the pass long, and beyond this their speed hardly changes. */
export const LATENCY_MAX_TOKENS = 128;

/** A cell as the latency pass asks it: no completion is longer than the pass's cap. */
export function capped(cell: CellPlan, { maxTokens }: LatencyPlan): CellPlan {
  return { ...cell, maxTokens: Math.min(cell.maxTokens, maxTokens) };
}

/**
 * All timings in the order in which they are taken: each repeat goes through the tasks, each task
 * through the cells, and every task begins with the next cell, so that drift of the machine and a
 * neighbour's warm caches hit all alike.
 */
export function timingUnits(
  cells: readonly CellPlan[],
  latency: LatencyPlan,
  tasks: readonly Task[],
): TimingUnit[] {
  const timed = tasks.filter(({ taskId }) => latency.taskIds.includes(taskId));
  const repeats = Array.from({ length: latency.repeats }, (_, repeat) => repeat);
  return repeats.flatMap((repeat) =>
    timed.flatMap((task, index) =>
      rotate(cells, index + repeat).map((plan): TimingUnit => {
        const cell = capped(plan, latency);
        const key = timingKey(cell, { task, repeat, maxTokens: cell.maxTokens });
        return { cell, task, repeat, key };
      }),
    ),
  );
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
