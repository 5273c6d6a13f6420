import { type Engine, EngineFailure, type EngineSession } from '../../engines/engine.ts';
import type { Prompt } from '../../records/prompt.ts';
import type { BenchCell, BenchOutcome, BenchPlan } from '../../records/bench.ts';
import { EvalkitError, type EvalkitErrorKind } from '../../records/error.ts';
import type { ProgressSink } from '../../records/progress.ts';
import { withCause } from '../cell-failure.ts';

export interface BenchRunOptions {
  /** By name: those that the grid's cells need. */
  readonly engines: ReadonlyMap<string, Engine>;
  /** Where the model file of each cell lies, by the file's sha256; for estimates it may be missing. */
  readonly modelPaths: ReadonlyMap<string, string | undefined>;
  /** The prompts of cells that generate completions: those of the data set, in its order. */
  readonly prompts: readonly Prompt[];
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** An environment can be repaired, so the cell stays missing and is tried again. */
const KINDS = {
  usage: 'refused',
  environment: 'failed',
  memory: 'oom',
} as const satisfies Record<EvalkitErrorKind, BenchOutcome['kind']>;

/** Measures a cell, or tells why it could not be. Throws where the user interrupts, and for a defect. */
export async function runCell(
  cell: BenchCell,
  plan: BenchPlan,
  options: BenchRunOptions & { readonly estimateMs: number | undefined },
): Promise<BenchOutcome> {
  const { estimateMs, signal } = options;
  if (estimateMs !== undefined && estimateMs > plan.cellTimeoutMs) {
    return { kind: 'skipped', estimateMs };
  }
  const timeout = AbortSignal.timeout(plan.cellTimeoutMs);
  const start = performance.now();
  try {
    return await measureCell(cell, plan, {
      ...options,
      signal: AbortSignal.any([signal, timeout]),
    });
  } catch (error) {
    signal.throwIfAborted();
    if (timeout.aborted) {
      return { kind: 'timeout', afterMs: performance.now() - start };
    }
    return outcomeOf(error);
  }
}

/** What machine and model cannot do is a result of the grid, and takes no other cell's along. */
function outcomeOf(error: unknown): BenchOutcome {
  if (error instanceof EvalkitError) {
    return { kind: KINDS[error.kind], detail: error.message };
  }
  if (!(error instanceof EngineFailure)) {
    throw error;
  }
  const detail = error.message;
  switch (error.reason) {
    case 'out-of-memory':
      return { kind: 'oom', detail };
    case 'killed':
      return {
        kind: 'oom',
        detail: `the engine ${detail}, which evalkit did not send: the system kills so where memory runs out`,
      };
    case 'died':
    case 'hung':
    case 'failed':
      return { kind: 'failed', detail: withCause(error) };
  }
}

async function measureCell(
  cell: BenchCell,
  plan: BenchPlan,
  options: BenchRunOptions,
): Promise<BenchOutcome> {
  await using session = await openCell(cell, plan, options);
  if (cell.work.kind === 'requests') {
    return measureRequests(session, { ...options, cell, work: cell.work, plan });
  }
  const { benchmark } = session;
  if (benchmark === undefined) {
    throw new Error(`${cell.id} is timed by an engine that runs no fixed lengths`);
  }
  const { work } = cell;
  const { signal } = options;
  const prompt = work.kind === 'answer' ? options.prompts[0] : undefined;
  const encoded = prompt === undefined ? undefined : await session.tokens?.encode([prompt]);
  const promptTokens = work.kind === 'minibatch' ? work.promptTokens : (encoded?.[0]?.length ?? 0);
  const job = {
    sequences: work.kind === 'minibatch' ? work.batch : 1,
    promptTokens,
    ...(prompt === undefined ? {} : { prompt }),
    newTokens: work.newTokens,
    signal,
  };
  const minibatches: { prefillMs: number; decodeMs: number }[] = [];
  let peakRssBytes: number | undefined;
  for (let turn = 0; turn < plan.warmup + plan.repeats; turn += 1) {
    const { prefillMs, decodeMs, ...stats } = await benchmark.run(job);
    peakRssBytes = stats.peakRssBytes;
    if (turn >= plan.warmup) {
      minibatches.push({ prefillMs, decodeMs });
    }
  }
  const { loadMs, process, audit } = session.info;
  return {
    kind: 'measured',
    loadMs,
    ...(peakRssBytes === undefined ? {} : { peakRssBytes }),
    ...(process === undefined ? {} : { threads: process.threads, backend: process.backend }),
    ...(audit === undefined ? {} : { audit }),
    promptTokens,
    minibatches,
  };
}

type Requests = Extract<BenchCell['work'], { kind: 'requests' }>;

/** Rounds of requests to a served model; the first ones warm its server up. */
async function measureRequests(
  session: EngineSession,
  options: BenchRunOptions & {
    readonly cell: BenchCell;
    readonly work: Requests;
    readonly plan: BenchPlan;
  },
): Promise<BenchOutcome> {
  const { cell, work, plan, prompts, signal } = options;
  const { throughput } = session;
  if (throughput === undefined || prompts.length === 0) {
    throw new Error(`${cell.id} is of an engine that serves no requests`);
  }
  const { parallel, newTokens, requests } = work;
  const asked = Array.from({ length: requests }, (_, index) => prompts[index % prompts.length]);
  const minibatches: Extract<BenchOutcome, { kind: 'measured' }>['minibatches'] = [];
  for (let turn = 0; turn < plan.warmup + plan.repeats; turn += 1) {
    const round = await throughput.run({
      prompts: asked.filter((prompt) => prompt !== undefined),
      newTokens,
      parallel,
      signal,
    });
    if (turn >= plan.warmup) {
      const { wallMs, ...counts } = round;
      minibatches.push({ prefillMs: 0, decodeMs: wallMs, round: counts });
    }
  }
  const read = minibatches.reduce((sum, { round }) => sum + (round?.promptTokens ?? 0), 0);
  return {
    kind: 'measured',
    loadMs: session.info.loadMs,
    promptTokens: Math.max(1, Math.round(read / (minibatches.length * requests))),
    minibatches,
  };
}

/** A cell's model in a process of its own. */
export function openCell(
  { id, model, work, settings, engine: own }: BenchCell,
  plan: BenchPlan,
  { engines, modelPaths, progress, signal }: BenchRunOptions,
): Promise<EngineSession> {
  const { name } = own ?? plan.engine;
  const engine = engines.get(name);
  if (engine === undefined) {
    throw new Error(`no engine ${name} for ${id}`);
  }
  const modelPath = modelPaths.get(model.weights.sha256);
  if (modelPath === undefined) {
    throw new Error(`no file for ${model.base}:${model.quantization}`);
  }
  return engine.open({
    modelPath,
    threads: plan.threads ?? undefined,
    parallel: work.kind === 'minibatch' ? work.batch : 1,
    settings,
    ...(plan.memoryBytes === null ? {} : { memoryBytes: plan.memoryBytes }),
    onNote: (text) => progress({ kind: 'note', text: `${id}: ${text}` }),
    signal,
  });
}
