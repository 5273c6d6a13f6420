import type { ProgressSink } from '../records/progress.ts';
import type { Task } from '../records/task.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { RunStore } from '../store/run-store.ts';
import { generateGroup } from './generate.ts';
import { judgeCell } from './judge.ts';
import { timeCells } from './latency.ts';
import { groupByLoad } from './load-groups.ts';
import type { LoadOptions } from './model-process.ts';

export interface RunOptions extends LoadOptions {
  /** The open run; its plan says what is done. */
  readonly store: RunStore;
  /** The plan's tasks, in its order. */
  readonly tasks: readonly Task[];
  readonly sandbox: Sandbox;
  /** Bytes of memory that processes may still take, asked for when it matters. */
  readonly availableMemory: () => number;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Does what a run still owes, one loaded model after the other. Judging begins when a model's
 * generation has ended and its engine is gone, since a busy process beside the engine would slow it
 * many times over; the latency pass comes last, when the sandbox is idle.
 */
export async function executeRun(options: RunOptions): Promise<void> {
  const { cells, grading, latency } = options.store.header.plan;
  for (const group of groupByLoad(cells)) {
    await generateGroup(group, options);
    for (const cell of group.cells) {
      options.signal.throwIfAborted();
      await judgeCell({ ...options, cell, grading });
    }
  }
  if (latency !== undefined) {
    await timeCells(cells, latency, options);
  }
}
