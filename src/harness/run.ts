import type { EvalkitError } from '../records/error.ts';
import type { ProgressSink } from '../records/progress.ts';
import type { Grading } from '../records/grading.ts';
import type { Task } from '../records/task.ts';
import type { Grader } from '../sandbox/grader.ts';
import type { Suite } from '../suites/suite.ts';
import { stopOf } from '../store/early-stops.ts';
import type { RunStore } from '../store/run-store.ts';
import { generateGroup, type GenerateOptions } from '../measures/pass-rate/generate.ts';
import { judgeCell } from '../measures/pass-rate/judge.ts';
import { timeCells } from '../measures/latency/execute.ts';
import { groupByLoad, type LoadGroup } from '../measures/load-groups.ts';
import type { LoadOptions } from '../measures/model-process.ts';
import { executeSequentially, type StopRule } from '../measures/pass-rate/sequential.ts';

export interface RunOptions extends LoadOptions {
  /** The open run; its plan says what is done. */
  readonly store: RunStore;
  /** The plan's tasks, in its order. */
  readonly tasks: readonly Task[];
  /** The plan's. */
  readonly suite: Suite;
  readonly sandbox: Grader;
  /** Bytes of memory that processes may still take, asked for when it matters. */
  readonly availableMemory: () => Promise<number>;
  /** When cells may end early; absent: never. */
  readonly stopRule?: StopRule | undefined;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Does what a run still owes, one loaded model after the other. Judging begins when a model's
 * generation has ended and its engine is gone, since a busy process beside the engine would slow it
 * many times over; the latency pass comes last, when the sandbox is idle. Throws the memory error
 * where the memory could hold no cell and nothing came of any.
 */
export async function executeRun(run: RunOptions): Promise<void> {
  const { store } = run;
  const { plan } = store.header;
  const { cells, grading, latency } = plan;
  const memoryErrors: EvalkitError[] = [];
  // A run of one cell has no other to go on with.
  const options: AnswerOptions =
    cells.length === 1 ? run : { ...run, onMemoryError: (error) => memoryErrors.push(error) };
  for (const group of groupByLoad(cells)) {
    await (options.stopRule === undefined || group.cells.some(({ role }) => role !== undefined)
      ? answerAndJudge(group, grading, options)
      : answerUntilCertain(group, grading, { ...options, stopRule: options.stopRule }));
  }
  const [error] = memoryErrors;
  if (error !== undefined && store.completions.size === 0) {
    throw error;
  }
  if (latency !== undefined) {
    const answered = {
      plan,
      completions: [...store.completions.values()],
      stops: [...store.stops.values()],
    };
    const whole = cells.filter(
      (cell) =>
        cell.role === undefined &&
        cell.notRun?.['latency'] === undefined &&
        stopOf(cell, answered) === undefined,
    );
    await timeCells(whole, latency, options);
  }
}

type AnswerOptions = RunOptions & Pick<GenerateOptions, 'onMemoryError'>;

async function answerAndJudge(
  group: LoadGroup,
  grading: Grading,
  options: AnswerOptions,
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
  options: AnswerOptions & { readonly stopRule: StopRule },
): Promise<void> {
  for (const cell of group.cells) {
    await executeSequentially({ ...options, cell, grading }, options.stopRule);
  }
}
