import type { BenchCell, BenchPlan } from './bench.ts';
import { sha256Json, sha256Text } from './hash.ts';
import { decodeKey, draftOf } from './decode.ts';
import type { Grading } from './grading.ts';
import type { CellPlan } from './plan.ts';
import type { Task } from './task.ts';

/**
 * Fields of a plan that decide no completion and no verdict: only what is measured on top of them.
 */
const MEASURES: readonly string[] = ['k', 'latency', 'notRun'];

/**
 * The identity of a run: the hash of what its plan says of completions and verdicts. What is measured
 * on top of them is left out, so that a run that asks for more figures finds its completions.
 */
export function planHash(plan: object): string {
  const decisive = Object.entries(plan).filter(([name]) => !MEASURES.includes(name));
  return sha256Json(Object.fromEntries(decisive));
}

/** What decides a cell's completions beside the task. */
function decisiveOf(cell: CellPlan): object {
  return {
    model: cell.model.weights.sha256,
    draft: draftOf(cell)?.weights.sha256 ?? null,
    prompt: cell.prompt,
    stop: cell.stop,
    maxTokens: cell.maxTokens,
    decode: decodeKey(cell.decode),
    seed: cell.seed,
    parallel: cell.parallel,
    engine: cell.engine,
    settings: cell.settings,
    // A pass of another shape may round otherwise: such a completion is none of plain decoding's.
    ...(cell.replay === undefined ? {} : { replay: cell.replay.sha256 }),
  };
}

/** Names all completions of a cell, for others to be keyed by. */
export function cellHash(cell: CellPlan): string {
  return sha256Json({ version: 1, ...decisiveOf(cell) });
}

/**
 * The key of one completion: everything that is meant to decide it. The chat template needs no part
 * of its own, since it lies in the model file, whose sha256 is in the key.
 */
export function completionKey(cell: CellPlan, task: Task, sample: number): string {
  return sha256Json({
    version: 1,
    task: sha256Text(task.prompt),
    sample,
    ...decisiveOf(cell),
  });
}

/** The key of one cell of a grid: what decides its time, the machine left out. */
export function benchKey(plan: BenchPlan, cell: BenchCell): string {
  const { warmup, repeats, threads, memoryBytes } = plan;
  const { engine = plan.engine } = cell;
  return sha256Json({
    version: 1,
    model: cell.model.weights.sha256,
    work: cell.work,
    settings: cell.settings,
    common: { engine, warmup, repeats, threads, memoryBytes },
  });
}

/**
 * The key of one timing: what decides its completion, at the latency pass's token cap, and the
 * repeat.
 */
export function timingKey(
  cell: CellPlan,
  timed: { readonly task: Task; readonly repeat: number; readonly maxTokens: number },
): string {
  const { task, repeat, maxTokens } = timed;
  return sha256Json({
    version: 1,
    // Nothing is read along while a completion is timed.
    completion: completionKey({ ...cell, maxTokens, replay: undefined }, task, 0),
    repeat,
  });
}

/** The key of one verdict: what was run, against what, by which rules. */
export function verdictKey(options: {
  readonly completionText: string;
  readonly cell: CellPlan;
  readonly task: Task;
  readonly grading: Grading;
}): string {
  const { completionText, cell, task, grading } = options;
  return sha256Json({
    version: 1,
    completion: sha256Text(completionText),
    prompt: cell.prompt,
    task: sha256Json(task),
    grading,
  });
}
