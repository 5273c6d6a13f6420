import type { ProgressSink } from '../records/progress.ts';
import type { Grading } from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { stopOf } from '../store/early-stops.ts';
import type { RunStore } from '../store/run-store.ts';
import { generateGroup } from './generate.ts';
import { judgeCell } from './judge.ts';
import { timeCells } from './latency.ts';
import { groupByLoad, type LoadGroup } from './load-groups.ts';
import type { LoadOptions } from './model-process.ts';
import { executeSequentially, type StopRule } from './sequential.ts';

export interface RunOptions extends LoadOptions {
  /** The open run; its plan says what is done. */
  readonly store: RunStore;
  /** The plan's tasks, in its order. */
  readonly tasks: readonly Task[];
  readonly sandbox: Sandbox;
  /** Bytes of memory that processes may still take, asked for when it matters. */
  readonly availableMemory: () => number;
  /** When cells may end early; absent: never. */
  readonly stopRule?: StopRule | undefined;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Does what a run still owes, one loaded model after the other. Judging begins when a model's
 * generation has ended and its engine is gone, since a busy process beside the engine would slow it
 * many times over; the latency pass comes last, when the sandbox is idle.
 */
export async function executeRun(options: RunOptions): Promise<void> {
  const { store } = options;
  const { plan } = store.header;
  const { cells, grading, latency } = plan;
  for (const group of groupByLoad(cells)) {
    await (options.stopRule === undefined || group.cells.some(({ role }) => role !== undefined)
      ? answerAndJudge(group, grading, options)
      : answerUntilCertain(group, grading, { ...options, stopRule: options.stopRule }));
  }
  if (latency !== undefined) {
    const answered = {
      plan,
      completions: [...store.completions.values()],
      stops: [...store.stops.values()],
    };
    const whole = cells.filter(
      (cell) => cell.role === undefined && stopOf(cell, answered) === undefined,
    );
    await timeCells(whole, latency, options);
  }
}

async function answerAndJudge(
  group: LoadGroup,
  grading: Grading,
  options: RunOptions,
): Promise<void> {
  await generateGroup(group, options);
  for (const cell of group.cells) {
    options.signal.throwIfAborted();
    await judgeCell({ ...options, cell, grading });
  }
}

async function answerUntilCertain(
  group: LoadGroup,
  grading: Grading,
  options: RunOptions & { readonly stopRule: StopRule },
): Promise<void> {
  for (const cell of group.cells) {
    await executeSequentially({ ...options, cell, grading }, options.stopRule);
  }
}
