import type { TimedResult } from '../../engines/capabilities.ts';
import { watchOthersCpu } from '../../engines/others-cpu.ts';
import { draftOf } from '../../records/decode.ts';
import { type ModelRecord, weightBytes } from '../../records/model.ts';
import type { CellPlan, LatencyPlan } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { RunStore } from '../../store/run-store.ts';
import { completionsOf } from '../completions.ts';
import { cellFailure } from '../cell-failure.ts';
import { recordEngineFailure, requestFor } from '../pass-rate/generate.ts';
import { ownTimingUnits, type TimingUnit, timingUnits } from './units.ts';
import { groupByLoad, type LoadGroup } from '../load-groups.ts';
import type { LoadOptions } from '../model-process.ts';
import { WarmModel } from './warm-model.ts';

export interface LatencyOptions extends LoadOptions {
  readonly store: RunStore;
  readonly tasks: readonly Task[];
  readonly availableMemory: () => Promise<number>;
}

/** What a loaded model takes beyond its file: repacked weights, caches and buffers, roughly. */
const MEMORY_FACTOR = 1.5;

/** Timings that are taken while the same models are loaded. */
interface Round {
  readonly groups: readonly LoadGroup[];
  readonly units: readonly TimingUnit[];
}

/**
 * The latency pass: times the completions whose timings are missing, one at a time, each cell warmed up before.
 * Where memory allows all models are loaded at once and all cells interleaved; else each repeat
 * loads one model after the other and interleaves its cells. An engine that fails, or does not fit
 * into memory, leaves an incident and its cell's timings missing; the other cells go on.
 */
export async function timeCells(
  cells: readonly CellPlan[],
  latency: LatencyPlan,
  options: LatencyOptions,
): Promise<void> {
  const { store, progress } = options;
  const all = ownTimingUnits(timingUnits(cells, latency, options.tasks), store.header);
  const missing = all.filter(({ key }) => !store.timings.has(key));
  if (missing.length === 0) {
    return;
  }
  const groups = groupByLoad(cells).filter((group) => missing.some((unit) => isOf(group, unit)));
  const isTogether = groups.length === 1 || (await fitsTogether(groups, options));
  progress({
    kind: 'note',
    text: isTogether
      ? 'latency: all cells interleaved'
      : 'latency: the models do not fit in memory together; cells of one model interleaved, model by model in each repeat',
  });
  const pass = new LatencyPass(latency, options, isTogether);
  for (const round of isTogether ? [{ groups, units: missing }] : apart(groups, missing)) {
    await pass.run(round);
  }
}

function isOf(group: LoadGroup, unit: TimingUnit): boolean {
  return group.cells.some(({ id }) => id === unit.cell.id);
}

async function fitsTogether(
  groups: readonly LoadGroup[],
  { availableMemory }: LatencyOptions,
): Promise<boolean> {
  const bytes = groups.map(({ cells }) => {
    const [first] = cells;
    return bytesOf(first?.model) + Math.max(0, ...cells.map((cell) => bytesOf(draftOf(cell))));
  });
  return (
    bytes.reduce((total, size) => total + size, 0) * MEMORY_FACTOR <= (await availableMemory())
  );
}

/** 0 where they are not known, as on a server. */
function bytesOf(model: ModelRecord | undefined): number {
  return (model === undefined ? undefined : weightBytes(model.weights)) ?? 0;
}

function apart(groups: readonly LoadGroup[], missing: readonly TimingUnit[]): Round[] {
  const repeats = [...new Set(missing.map(({ repeat }) => repeat))];
  return repeats.flatMap((repeat) =>
    groups.map((group) => ({
      groups: [group],
      units: missing.filter((unit) => unit.repeat === repeat && isOf(group, unit)),
    })),
  );
}

class LatencyPass {
  readonly #latency: LatencyPlan;
  readonly #options: LatencyOptions;
  readonly #isTogether: boolean;
  /** Cells whose engine failed: what is left of them stays missing. */
  readonly #failed = new Set<string>();

  constructor(latency: LatencyPlan, options: LatencyOptions, isTogether: boolean) {
    this.#latency = latency;
    this.#options = options;
    this.#isTogether = isTogether;
  }

  async run({ groups, units }: Round): Promise<void> {
    await using stack = new AsyncDisposableStack();
    const models = groups.map((group) =>
      stack.use(
        new WarmModel(group, {
          ...this.#options,
          latency: this.#latency,
          interleaved: this.#isTogether ? 'cells' : 'cells of a model',
        }),
      ),
    );
    const cells = new Set(units.map(({ cell }) => cell.id));
    for (const model of models) {
      for (const cell of model.group.cells.filter(({ id }) => cells.has(id))) {
        await this.#guard(cell, model, () => model.warmUp(cell));
      }
    }
    await this.#timeAll(models, units);
  }

  async #timeAll(models: readonly WarmModel[], units: readonly TimingUnit[]): Promise<void> {
    const { progress } = this.#options;
    const step = 'latency: timing';
    const pieces = units.length;
    progress({ kind: 'step-started', step, unit: 'samples', total: pieces, pieces });
    for (const [index, unit] of units.entries()) {
      const model = models.find(({ group }) => isOf(group, unit));
      if (model === undefined) {
        throw new Error(`no model is loaded for ${unit.cell.id}`);
      }
      await this.#guard(unit.cell, model, () => this.#time(unit, model));
      progress({ kind: 'step-advanced', step, done: index + 1 });
    }
    progress({ kind: 'step-ended', step });
  }

  async #time(unit: TimingUnit, model: WarmModel): Promise<void> {
    const { cell, task, repeat, key } = unit;
    const { store, signal } = this.#options;
    const [wanted] = completionsOf(cell, [task]);
    if (wanted === undefined) {
      throw new Error(`${cell.id} has no completion of ${task.taskId} to time`);
    }
    const { timing, contextSize, number } = await model.warmUp(cell);
    const draftCosts = store.draftCosts.get(cell.id);
    const request = requestFor(cell, wanted);
    const endWatch = watchOthersCpu();
    const timed = await timing.time({ request, contextSize, draftCosts, signal });
    const othersCpuShare = timed.cpuMs === undefined ? undefined : endWatch(timed.cpuMs);
    store.addTiming({
      version: 1,
      key,
      cell: cell.id,
      taskId: task.taskId,
      repeat,
      session: number,
      ...figuresOf(timed),
      ...(othersCpuShare === undefined ? {} : { othersCpuShare }),
    });
  }

  /** Keeps a failure of the engine to its cell. */
  async #guard(cell: CellPlan, model: WarmModel, work: () => Promise<unknown>): Promise<void> {
    const { signal, store, progress } = this.#options;
    signal.throwIfAborted();
    if (this.#failed.has(cell.id)) {
      return;
    }
    try {
      await work();
    } catch (error) {
      const failure = cellFailure(error);
      if (failure === undefined || signal.aborted) {
        throw error;
      }
      await model.close();
      this.#failed.add(cell.id);
      recordEngineFailure({ cell, store, progress }, 'time', failure);
    }
  }
}

function figuresOf(timed: TimedResult) {
  const { promptTokens, newTokens, stopReason, ttftMs, decodeMs, draft } = timed;
  const drafted = draft === undefined ? {} : { draft };
  return { promptTokens, newTokens, stopReason, ttftMs, decodeMs, ...drafted };
}
