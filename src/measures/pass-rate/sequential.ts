import { isDeepStrictEqual } from 'node:util';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { TaskCount } from '../../metrics/pass-at-k.ts';
import type { EarlyStop } from '../../records/early-stop.ts';
import type { CellPlan } from '../../records/plan.ts';
import { ofPart } from '../../records/verdict.ts';
import { samplesOf } from '../../records/decode.ts';
import type { Task } from '../../records/task.ts';
import type { RunStore } from '../../store/run-store.ts';
import type { StopRule } from '../measure.ts';
import { groupOf } from '../load-groups.ts';
import { generateGroup, type GenerateOptions } from './generate.ts';
import { judgeCell, type JudgeCellOptions } from './judge.ts';

/** Tasks between two looks: the engine is loaded anew for each, and batches want to be full. */
const LEAST_TASKS_A_LOOK = 16;

/** Any fixed number will do: the same tasks come in the same order. */
const SEED = 20_261_164;

/**
 * Generates and judges a cell in a fixed shuffled order, some tasks at a time, and ends it when the
 * verdict is certain. A stop leaves its record; a cell that runs to its end leaves none.
 */
export async function executeSequentially(
  options: GenerateOptions & JudgeCellOptions,
  rule: StopRule,
): Promise<void> {
  const { cell, store, signal, tasks } = options;
  const order = shuffled(tasks);
  const step = Math.max(LEAST_TASKS_A_LOOK, cell.parallel);
  const planned = Array.from({ length: Math.ceil(order.length / step) }, (_, look) =>
    Math.min(order.length, step * (look + 1)),
  );
  for (const [look, asked] of planned.entries()) {
    const only = new Set(order.slice(0, asked).map(({ taskId }) => taskId));
    signal.throwIfAborted();
    await generateGroup({ ...groupOf(cell), cells: [cell] }, { ...options, only });
    signal.throwIfAborted();
    await judgeCell(options);
    const all = judgedTasks(cell, store, rule);
    const judged = new Map(
      order.flatMap(({ taskId }) => {
        const count = all.get(taskId);
        return count === undefined ? [] : [[taskId, count] as const];
      }),
    );
    if (judged.size < Math.max(only.size, generatedTasks(cell, store))) {
      // The engine or the sandbox failed: the same command resumes there.
      return;
    }
    const found =
      judged.size < tasks.length || rule.spends === true
        ? rule.certain(cell, judged, { planned, taken: look + 1 })
        : undefined;
    if (found !== undefined) {
      const saved = savedTokens(cell, store, tasks.length);
      addStop(store, {
        version: 1,
        cell: cell.id,
        judged: judged.size,
        tasks: tasks.length,
        savedTokens: saved,
        ...found,
      });
      options.progress({ kind: 'note', text: `${cell.id}: ${endText(judged.size, tasks, saved)}` });
      return;
    }
  }
  options.progress({
    kind: 'note',
    text: `${cell.id}: its verdict was not certain before all ${tasks.length} tasks were in: stopping early saved no tokens, as is usual for a good candidate`,
  });
}

function endText(judged: number, tasks: readonly Task[], saved: number): string {
  return judged === tasks.length
    ? `its looks decided after all ${judged} tasks: stopping early saved no tokens`
    : `stopped by rule after ${judged} of ${tasks.length} tasks, about ${saved} tokens saved`;
}

/** The same command again comes to the same stop, which stands in the records already. */
function addStop(store: RunStore, stop: EarlyStop): void {
  if (!isDeepStrictEqual(store.stops.get(stop.cell), stop)) {
    store.addStop(stop);
  }
}

function shuffled(tasks: readonly Task[]): Task[] {
  const generator = xoroshiro128plus(SEED);
  return tasks
    .map((task) => ({ task, rank: uniformInt(generator, 0, 2 ** 31 - 1) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ task }) => task);
}

/** The tasks whose completions all have a verdict. */
function judgedTasks(
  cell: CellPlan,
  store: RunStore,
  { metric }: StopRule,
): Map<string, TaskCount> {
  const all = [...store.verdicts.values()].filter((verdict) => verdict.cell === cell.id);
  const own = metric === undefined ? all : ofPart(all, metric);
  const asked = samplesOf(cell);
  return new Map(
    [...Map.groupBy(own, ({ taskId }) => taskId)]
      .filter(([, verdicts]) => verdicts.length === asked)
      .map(([taskId, verdicts]) => [
        taskId,
        {
          samples: asked,
          passed: verdicts.filter(({ outcome }) => outcome.kind === 'passed').length,
        },
      ]),
  );
}

/** Those too that an earlier start asked beyond this look. */
function generatedTasks(cell: CellPlan, store: RunStore): number {
  const own = [...store.completions.values()].filter((record) => record.cell === cell.id);
  return new Set(own.map(({ taskId }) => taskId)).size;
}

/** As many tokens a task as those that were asked took. */
function savedTokens(cell: CellPlan, store: RunStore, tasks: number): number {
  const own = [...store.completions.values()].filter((record) => record.cell === cell.id);
  const tokens = own.reduce((sum, record) => sum + (record.tokens?.length ?? 0), 0);
  const asked = generatedTasks(cell, store);
  return Math.round((tokens / asked) * (tasks - asked));
}
