import type { Engine } from '../engines/engine.ts';
import type { ProgressSink } from '../records/progress.ts';
import type { Task } from '../records/task.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { RunStore } from '../store/run-store.ts';
import { generateCell } from './generate.ts';
import { judgeCell } from './judge.ts';
import { executeSequentially, type StopRule } from './sequential.ts';

export interface RunOptions {
  /** The open run; its plan says what is done. */
  readonly store: RunStore;
  /** The plan's tasks, in its order. */
  readonly tasks: readonly Task[];
  /** Where the model file of each cell lies, by the cell's id. */
  readonly modelPaths: ReadonlyMap<string, string>;
  readonly engine: Engine;
  /** Threads to compute with; `undefined`: the engine's rule. */
  readonly threads: number | undefined;
  readonly sandbox: Sandbox;
  /** When cells may end early; absent: never. */
  readonly stopRule?: StopRule | undefined;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Does what a run still owes, cell after cell. Judging begins when a cell's generation has ended
 * and its engine is gone, since a busy process beside the engine would slow it many times over.
 */
export async function executeRun(options: RunOptions): Promise<void> {
  const { cells, grading } = options.store.header.plan;
  for (const cell of cells) {
    const modelPath = options.modelPaths.get(cell.id);
    if (modelPath === undefined) {
      throw new Error(`no model file for ${cell.id}`);
    }
    options.signal.throwIfAborted();
    if (options.stopRule !== undefined && cell.role === undefined) {
      await executeSequentially({ ...options, cell, modelPath, grading }, options.stopRule);
      continue;
    }
    await generateCell({ ...options, cell, modelPath });
    options.signal.throwIfAborted();
    await judgeCell({ ...options, cell, grading });
  }
}
