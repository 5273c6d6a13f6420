import type { ReplayOptions } from '../../engines/capabilities.ts';
import type { EngineFailure, EngineSession } from '../../engines/engine.ts';
import { watchOthersCpu } from '../../engines/others-cpu.ts';
import { stopFor } from '../../engines/stop.ts';
import type {
  GenerateOptions as EngineOptions,
  GenerationRequest,
  GenerationResult,
  GenerationStats,
} from '../../engines/generation.ts';
import { modeOfCell } from '../../modes/index.ts';
import { EvalkitError } from '../../records/error.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { ProgressSink } from '../../records/progress.ts';
import { hasTask } from '../../records/shard.ts';
import type { Task } from '../../records/task.ts';
import type { RunStore } from '../../store/run-store.ts';
import { type Wanted, completionsOf, seedOf } from '../completions.ts';
import { cellFailure, describeFailure } from '../cell-failure.ts';
import { chooseContextSize } from '../context-size.ts';
import type { LoadGroup } from '../load-groups.ts';
import { type LoadOptions, ModelProcess } from '../model-process.ts';
import { SessionLog } from './session-log.ts';
import { renderPrompt } from '../../suites/prompt.ts';
import { promptTokens, WorkMeter } from './work-meter.ts';

/** What is left is reckoned no more often: with many thousands of completions that takes milliseconds. */
const RECKON_MS = 100;

export interface GenerateOptions extends LoadOptions {
  readonly tasks: readonly Task[];
  /** Ids of the tasks to generate now; absent: all that are missing. */
  readonly only?: ReadonlySet<string>;
  readonly store: RunStore;
  /** Takes what kept a cell from its completions for want of memory; absent: it is thrown. */
  readonly onMemoryError?: (error: EvalkitError) => void;
}

/** One cell at its turn in the process that it shares with others. */
interface Turn extends GenerateOptions {
  readonly cell: CellPlan;
  readonly model: ModelProcess;
}

/**
 * Generates the completions that the cells of one loaded model lack and appends them to the store.
 * An engine that dies or hangs, or does not fit into memory, leaves an incident and what it had
 * finished; it never leaves a part of a completion, and the next cell loads the model again.
 */
export async function generateGroup(group: LoadGroup, options: GenerateOptions): Promise<void> {
  await using model = new ModelProcess(group, options);
  for (const cell of group.cells) {
    options.signal.throwIfAborted();
    const turn = { ...options, cell, model };
    try {
      await generateCell(turn);
    } catch (error) {
      const failure = cellFailure(error);
      const isMemory = failure instanceof EvalkitError;
      if (failure === undefined || options.signal.aborted) {
        throw error;
      }
      if (isMemory && options.onMemoryError === undefined) {
        throw error;
      }
      await model.close();
      recordEngineFailure(turn, 'generate', failure);
      if (isMemory) {
        options.onMemoryError?.(failure);
      }
    }
  }
}

async function generateCell(turn: Turn): Promise<void> {
  const { cell, tasks, store, model, only } = turn;
  const own = tasks.filter(({ taskId }) => hasTask(store.header, taskId));
  const all = completionsOf(cell, own);
  const left = all.filter(({ key }) => !store.completions.has(key));
  const missing = left.filter(({ task }) => only?.has(task.taskId) !== false);
  if (missing.length === 0) {
    return;
  }
  const session = await model.sessionFor(cell);
  // Of all tasks, so that every shard computes as the whole run would.
  const contextSize = await chooseContextSize(cell, tasks, session);
  const log = new SessionLog(store, {
    cell: cell.id,
    ...model.factsFor(cell, session),
    ...(contextSize === undefined ? {} : { contextSize }),
  });
  const endWatch = watchOthersCpu();
  const already = all.length - left.length;
  const work = { session, contextSize, missing, asked: all.length, already, log };
  const { cpuMs, threadUse = [], ...stats } = await generateMissing(turn, work);
  const othersCpuShare = cpuMs === undefined ? undefined : endWatch(cpuMs);
  log.end({
    ...stats,
    ...(othersCpuShare === undefined ? {} : { othersCpuShare }),
    ...(threadUse.length > 1 ? { threadUse: [...threadUse] } : {}),
  });
}

async function generateMissing(
  { cell, store, progress, signal }: Turn,
  work: {
    readonly session: EngineSession;
    readonly contextSize: number | undefined;
    readonly missing: readonly Wanted[];
    readonly asked: number;
    /** Of those that are asked, the ones that were there before. */
    readonly already: number;
    readonly log: SessionLog;
  },
): Promise<GenerationStats> {
  const { session, contextSize, missing, asked, already, log } = work;
  const lengths = [...store.completions.values()]
    .filter((completion) => completion.cell === cell.id)
    .flatMap(({ tokens }) => (tokens === undefined ? [] : [tokens.length]));
  const meter = new WorkMeter(cell, await promptTokens(cell, missing, session), lengths);
  const step = `${cell.id}: generating`;
  const unit = modeOfCell(cell).draws ? 'samples' : 'tasks';
  const byId = new Map(missing.map((wanted) => [requestId(wanted), wanted]));
  let done = already;
  progress({ kind: 'step-started', step, unit, total: asked, done, pieces: missing.length });
  let reckoned = { at: -Infinity, told: meter.told };
  const advance = (): void => {
    const at = performance.now();
    if (at - reckoned.at >= RECKON_MS || done === asked) {
      reckoned = { at, told: meter.told };
    }
    progress({ kind: 'step-advanced', step, done, ...reckoned.told });
  };
  const draftCosts = store.draftCosts.get(cell.id);
  const options: EngineOptions = {
    requests: missing.map((wanted) => requestFor(cell, wanted)),
    contextSize,
    draftCosts,
    signal,
    onNewTokens: (newTokens, underWay) => {
      meter.advance(newTokens, underWay);
      advance();
    },
    onResult: (result) => {
      addCompletion({ cell, store }, byId.get(result.id), result);
      log.add(result);
      meter.end(result);
      done += 1;
      advance();
    },
  };
  const stats = await generateBy(session, options, referencesOf(cell, store));
  progress({ kind: 'step-ended', step });
  return stats;
}

/** Along with a reference's completions where there are any, else token by token. */
function generateBy(
  session: EngineSession,
  options: EngineOptions,
  references: ReplayOptions['references'] | undefined,
): Promise<GenerationStats> {
  if (references === undefined) {
    return session.generate(options);
  }
  if (session.replay === undefined) {
    throw new Error('a cell that is to be replayed by an engine that cannot');
  }
  return session.replay.generate({ ...options, references });
}

/** What a cell reads along with, by the request's id; `undefined`: nothing. */
function referencesOf(
  { replay }: CellPlan,
  { completions }: RunStore,
): ReplayOptions['references'] | undefined {
  return replay === undefined
    ? undefined
    : new Map(
        [...completions.values()]
          .filter(({ cell }) => cell === replay.reference)
          .map(({ taskId, text, tokens }) => [taskId, { text, tokens }]),
      );
}

/** What the engine is asked for one completion of a cell. */
export function requestFor(cell: CellPlan, wanted: Wanted): GenerationRequest {
  return {
    id: requestId(wanted),
    prompt: renderPrompt(wanted.task, cell.prompt),
    maxTokens: cell.maxTokens,
    stop: stopFor(cell.stop, wanted.task.entryPoint),
    decode: cell.decode,
    seed: seedOf(cell, wanted),
  };
}

function requestId({ task, sample }: Wanted): string {
  return sample === 0 ? task.taskId : `${task.taskId}#${sample}`;
}

function addCompletion(
  { cell, store }: { readonly cell: CellPlan; readonly store: RunStore },
  wanted: Wanted | undefined,
  result: GenerationResult,
): void {
  if (wanted === undefined) {
    throw new Error(`the engine returned ${result.id}, which was not requested`);
  }
  store.addCompletion({
    version: 1,
    key: wanted.key,
    cell: cell.id,
    taskId: wanted.task.taskId,
    sample: wanted.sample,
    text: result.text,
    ...(result.reasoning === undefined ? {} : { reasoning: result.reasoning }),
    stopReason: result.stopReason,
    ...(result.promptTokens === undefined ? {} : { promptTokens: result.promptTokens }),
    ...(result.renderedSha256 === undefined ? {} : { renderedSha256: result.renderedSha256 }),
    ...(result.tokens === undefined ? {} : { tokens: [...result.tokens] }),
    ...(result.inThought === undefined ? {} : { inThought: result.inThought }),
    ...(result.draft === undefined ? {} : { draft: result.draft }),
    ...(result.replay === undefined ? {} : { replay: result.replay }),
  });
}

/** Notes that a cell's engine failed at a stage: what is missing stays missing. */
export function recordEngineFailure(
  where: { readonly cell: CellPlan; readonly store: RunStore; readonly progress: ProgressSink },
  stage: 'generate' | 'time',
  failure: EngineFailure | EvalkitError,
): void {
  const { cell, store, progress } = where;
  const { detail, text } = describeFailure(failure);
  store.addIncident({ version: 1, stage, cell: cell.id, detail });
  progress({
    kind: 'warning',
    text: `${cell.id}: ${text}; the finished ${stage === 'generate' ? 'completions' : 'timings'} are kept; rerun the same command to resume`,
  });
}
