import { type Engine, EngineFailure, type EngineSession, type Prompt } from '../engines/engine.ts';
import type { BenchCell, BenchOutcome, BenchPlan } from '../records/bench.ts';
import { EvalkitError } from '../records/error.ts';
import { benchKey } from '../records/keys.ts';
import type { ProgressSink } from '../records/progress.ts';
import type { BenchStore } from '../store/bench-store.ts';
import { estimateCellMs, type Speeds } from './bench-estimate.ts';

/** Lengths of the probe that estimates rest on. */
const PROBE = { sequences: 1, promptTokens: 128, newTokens: 8 } as const;

export interface BenchRunOptions {
  readonly engine: Engine;
  /** Where the model file of each cell lies, by the file's sha256; for estimates it may be missing. */
  readonly modelPaths: ReadonlyMap<string, string | undefined>;
  /** The prompt of a cell that generates an answer. */
  readonly prompt: Prompt | undefined;
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/**
 * Runs the cells that a grid still owes, each in a process of its own: one that runs out of memory
 * leaves 'oom' and the rest go on.
 */
export async function executeBench(store: BenchStore, options: BenchRunOptions): Promise<void> {
  const { plan } = store.header;
  const owed = plan.cells.filter((cell) => isOwed(store, cell));
  if (owed.length === 0) {
    return;
  }
  const estimates = await estimateGrid(owed, plan, options);
  const step = 'bench';
  options.progress({
    kind: 'step-started',
    step,
    unit: 'cells',
    total: plan.cells.length,
    done: plan.cells.length - owed.length,
  });
  for (const [index, cell] of owed.entries()) {
    options.signal.throwIfAborted();
    const outcome = await runCell(cell, plan, { ...options, estimateMs: estimates.get(cell.id) });
    store.add({ version: 1, key: benchKey(plan, cell), cell: cell.id, outcome });
    if (outcome.kind === 'failed') {
      options.progress({ kind: 'warning', text: `${cell.id}: ${outcome.detail.split('\n')[0]}` });
    }
    const done = plan.cells.length - owed.length + index + 1;
    options.progress({ kind: 'step-advanced', step, done });
  }
  options.progress({ kind: 'step-ended', step });
}

function isOwed(store: BenchStore, cell: BenchCell): boolean {
  const result = store.results.get(benchKey(store.header.plan, cell));
  return result === undefined || result.outcome.kind === 'failed';
}

/** Milliseconds that each cell is likely to take at most, by its id, after a short probe of each model. */
export async function estimateGrid(
  cells: readonly BenchCell[],
  plan: BenchPlan,
  options: BenchRunOptions,
): Promise<Map<string, number>> {
  const speeds = new Map<string, Speeds>();
  const estimates = new Map<string, number>();
  for (const cell of cells) {
    const { sha256 } = cell.model.file;
    const own = speeds.get(sha256) ?? (await probe(cell, plan, options));
    if (own !== undefined) {
      speeds.set(sha256, own);
      estimates.set(cell.id, estimateCellMs(cell, plan, own));
    }
  }
  return estimates;
}

/** `undefined` where the model is not here, or the probe itself fails: the cells will show why. */
async function probe(
  cell: BenchCell,
  plan: BenchPlan,
  options: BenchRunOptions,
): Promise<Speeds | undefined> {
  if (options.modelPaths.get(cell.model.file.sha256) === undefined) {
    return undefined;
  }
  try {
    await using session = await openCell(
      { ...cell, settings: { ...cell.settings, parallel: 1, contextSize: 'auto' } },
      plan,
      options,
    );
    const { signal } = options;
    const { prefillMs, decodeMs } = await session.benchmark({ ...PROBE, signal });
    return {
      prefill: (PROBE.promptTokens * 1_000) / prefillMs,
      decode: (PROBE.newTokens * 1_000) / decodeMs,
    };
  } catch (error) {
    if (
      error instanceof EngineFailure ||
      (error instanceof EvalkitError && error.kind === 'memory')
    ) {
      return undefined;
    }
    throw error;
  }
}

async function runCell(
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

/** What the machine lacks is a result of the grid; what the user typed wrong is for the user. */
function outcomeOf(error: unknown): BenchOutcome {
  if (error instanceof EvalkitError && error.kind === 'memory') {
    return { kind: 'oom', detail: error.message };
  }
  if (error instanceof EngineFailure) {
    const kind = error.reason === 'out-of-memory' ? 'oom' : 'failed';
    return { kind, detail: error.message };
  }
  throw error;
}

async function measureCell(
  cell: BenchCell,
  plan: BenchPlan,
  options: BenchRunOptions,
): Promise<BenchOutcome> {
  await using session = await openCell(cell, plan, options);
  const { work } = cell;
  const { signal } = options;
  const prompt = work.kind === 'answer' ? options.prompt : undefined;
  const [promptTokens = 0] =
    work.kind === 'minibatch'
      ? [work.promptTokens]
      : await session.countTokens(prompt === undefined ? [] : [prompt]);
  const job = {
    sequences: work.kind === 'minibatch' ? work.batch : 1,
    promptTokens,
    newTokens: work.newTokens,
    signal,
  };
  const minibatches: { prefillMs: number; decodeMs: number }[] = [];
  let peakRssBytes = 0;
  for (let turn = 0; turn < plan.warmup + plan.repeats; turn += 1) {
    const { prefillMs, decodeMs, ...stats } = await session.benchmark(job);
    peakRssBytes = stats.peakRssBytes;
    if (turn >= plan.warmup) {
      minibatches.push({ prefillMs, decodeMs });
    }
  }
  const { loadMs, threads, backend } = session.info;
  return { kind: 'measured', loadMs, peakRssBytes, threads, backend, promptTokens, minibatches };
}

function openCell(
  { model, settings }: BenchCell,
  plan: BenchPlan,
  { engine, modelPaths, signal }: BenchRunOptions,
): Promise<EngineSession> {
  const modelPath = modelPaths.get(model.file.sha256);
  if (modelPath === undefined) {
    throw new Error(`no file for ${model.base}:${model.quantization}`);
  }
  return engine.open({
    modelPath,
    threads: plan.threads ?? undefined,
    settings,
    ...(plan.memoryBytes === null ? {} : { memoryBytes: plan.memoryBytes }),
    signal,
  });
}
