import {
  type Engine,
  EngineFailure,
  type EngineSession,
  type GenerationRequest,
  type GenerationResult,
} from '../engines/engine.ts';
import { usageError } from '../records/error.ts';
import { completionKey } from '../records/keys.ts';
import type { CellPlan } from '../records/plan.ts';
import type { ProgressSink } from '../records/progress.ts';
import type { Task } from '../records/task.ts';
import type { RunStore } from '../store/run-store.ts';
import { renderPrompt } from './prompt.ts';

/** Contexts are made in steps, so that near-equal plans get equal ones. */
const CONTEXT_STEP = 256;

export interface GenerateCellOptions {
  readonly cell: CellPlan;
  readonly tasks: readonly Task[];
  /** Ids of the tasks to generate now; absent: all that are owed. */
  readonly only?: ReadonlySet<string>;
  readonly modelPath: string;
  readonly engine: Engine;
  readonly threads: number | undefined;
  readonly store: RunStore;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Generates the answers that a cell still owes and appends them to the store. An engine that dies
 * or hangs leaves an incident and what it had finished; it never leaves an answer.
 */
export async function generateCell(options: GenerateCellOptions): Promise<void> {
  const { cell, tasks, store, progress, only } = options;
  const owed = tasks.filter(
    (task) =>
      only?.has(task.taskId) !== false && !store.completions.has(completionKey(cell, task, 0)),
  );
  if (owed.length === 0) {
    return;
  }
  const load = `${cell.id}: loading`;
  try {
    progress({ kind: 'step-started', step: load, unit: 'percent', total: 100 });
    await using session = await options.engine.open({
      modelPath: options.modelPath,
      threads: options.threads,
      settings: cell.settings,
      onLoadProgress: (share) => {
        progress({ kind: 'step-advanced', step: load, done: Math.round(share * 100) });
      },
      signal: options.signal,
    });
    progress({ kind: 'step-ended', step: load });
    await generateOwed(options, owed, session);
  } catch (error) {
    if (!(error instanceof EngineFailure) || options.signal.aborted) {
      throw error;
    }
    recordFailure(options, error);
  }
}

async function generateOwed(
  options: GenerateCellOptions,
  owed: readonly Task[],
  session: EngineSession,
): Promise<void> {
  const { cell, tasks, store } = options;
  const contextSize = await chooseContextSize(options, session);
  const before = store.completions.size;
  const step = `${cell.id}: generating`;
  const started = tasks.length - owed.length;
  options.progress({
    kind: 'step-started',
    step,
    unit: 'tasks',
    total: tasks.length,
    done: started,
  });
  let newTokens = 0;
  const advance = (): void => {
    const done = started + store.completions.size - before;
    options.progress({ kind: 'step-advanced', step, done, newTokens });
  };
  const stats = await session.generate({
    requests: owed.map((task) => requestFor(cell, task)),
    contextSize,
    signal: options.signal,
    onNewTokens: (tokens) => {
      newTokens = tokens;
      advance();
    },
    onResult: (result) => {
      addCompletion(options, result);
      advance();
    },
  });
  const { loadMs, threads, threadsChosenBy, backend, systemInfo } = session.info;
  store.addSession({
    version: 1,
    cell: cell.id,
    ...stats,
    loadMs,
    threads,
    threadsChosenBy,
    backend,
    systemInfo,
    contextSize,
    completions: store.completions.size - before,
  });
  options.progress({ kind: 'step-ended', step });
}

/** The context that the longest prompt of the whole cell needs, so that a resumed run has the same. */
async function chooseContextSize(
  options: GenerateCellOptions,
  session: EngineSession,
): Promise<number> {
  const { cell, tasks } = options;
  const counts = await session.countTokens(tasks.map((task) => renderPrompt(task, cell.prompt)));
  const longest = Math.max(...counts);
  const needed = longest + cell.maxTokens;
  const wanted =
    cell.settings.contextSize === 'auto'
      ? Math.min(Math.ceil(needed / CONTEXT_STEP) * CONTEXT_STEP, session.info.trainContextSize)
      : cell.settings.contextSize;
  if (needed > wanted) {
    const task = tasks[counts.indexOf(longest)];
    throw usageError(
      `${cell.id}: the prompt of ${task?.taskId} has ${longest} tokens, which with --max-tokens ${cell.maxTokens} exceed the context of ${wanted}; lower --max-tokens${cell.settings.contextSize === 'auto' ? '' : ' or raise --ctx-size'}`,
    );
  }
  return wanted;
}

function requestFor(cell: CellPlan, task: Task): GenerationRequest {
  return {
    id: task.taskId,
    prompt: renderPrompt(task, cell.prompt),
    maxTokens: cell.maxTokens,
    stop: cell.stop,
    decode: cell.decode,
    seed: cell.seed,
  };
}

function addCompletion(options: GenerateCellOptions, result: GenerationResult): void {
  const task = options.tasks.find(({ taskId }) => taskId === result.id);
  if (task === undefined) {
    throw new Error(`the engine answered ${result.id}, which nobody asked`);
  }
  options.store.addCompletion({
    version: 1,
    key: completionKey(options.cell, task, 0),
    cell: options.cell.id,
    taskId: task.taskId,
    sample: 0,
    renderedSha256: result.renderedSha256,
    text: result.text,
    stopReason: result.stopReason,
    promptTokens: result.promptTokens,
    tokens: [...result.tokens],
  });
}

function recordFailure(options: GenerateCellOptions, failure: EngineFailure): void {
  const { cell, store, progress } = options;
  const detail = [`${failure.reason}: ${failure.message}`, ...failure.logTail].join('\n');
  store.addIncident({ version: 1, stage: 'generate', cell: cell.id, detail });
  progress({
    kind: 'warning',
    text: `${cell.id}: the engine ${failure.message}; the finished answers are kept and the same command goes on from them`,
  });
}
