import { EngineFailure } from '../../engines/engine.ts';
import type { BenchCell, BenchOutcome, BenchPlan } from '../../records/bench.ts';
import { missedReason } from '../../records/bench-reason.ts';
import { EvalkitError } from '../../records/error.ts';
import { sha256Json } from '../../records/hash.ts';
import { benchKey } from '../../records/keys.ts';
import type { BenchStore } from '../../store/bench-store.ts';
import { type BenchRunOptions, openCell, runCell } from './cell.ts';
import { estimateCellMs, type Speeds } from './estimate.ts';

/** Lengths of the probe that estimates rest on. */
const PROBE = { sequences: 1, promptTokens: 128, newTokens: 8 } as const;

interface GridOptions extends BenchRunOptions {
  /** Called once, before the first cell, with what its estimates say. */
  readonly onEstimates: (estimates: ReadonlyMap<string, number>) => void;
}

/**
 * Runs the cells that a grid lacks, each in a process of its own: one that runs out of memory or
 * is refused leaves that as its outcome and the rest go on.
 */
export async function executeBench(store: BenchStore, options: GridOptions): Promise<void> {
  const { plan } = store.header;
  const missing = plan.cells.filter((cell) => isMissing(store, cell));
  if (missing.length === 0) {
    return;
  }
  const estimates = await estimateGrid(missing, plan, options);
  options.onEstimates(estimates);
  const step = 'bench';
  options.progress({
    kind: 'step-started',
    step,
    unit: 'cells',
    total: plan.cells.length,
    done: plan.cells.length - missing.length,
  });
  for (const [index, cell] of missing.entries()) {
    options.signal.throwIfAborted();
    const outcome = await runCell(cell, plan, { ...options, estimateMs: estimates.get(cell.id) });
    store.add({ version: 1, key: benchKey(plan, cell), cell: cell.id, outcome });
    tellMissed(cell, outcome, options);
    const done = plan.cells.length - missing.length + index + 1;
    options.progress({ kind: 'step-advanced', step, done });
  }
  options.progress({ kind: 'step-ended', step });
}

/** Hours may pass before the report says it. */
function tellMissed(
  { id }: BenchCell,
  outcome: BenchOutcome,
  { progress }: Pick<BenchRunOptions, 'progress'>,
): void {
  if (outcome.kind !== 'measured') {
    const kind = outcome.kind === 'failed' ? 'warning' : 'note';
    progress({ kind, text: `${id}: ${missedReason(outcome).split('\n')[0]}` });
  }
}

function isMissing(store: BenchStore, cell: BenchCell): boolean {
  if (cell.impossible !== undefined) {
    return false;
  }
  const result = store.results.get(benchKey(store.header.plan, cell));
  return result === undefined || result.outcome.kind === 'failed';
}

/**
 * Milliseconds that each cell is likely to take at most, by its id, after one short probe of each
 * model, whatever comes of it.
 */
export async function estimateGrid(
  cells: readonly BenchCell[],
  plan: BenchPlan,
  options: BenchRunOptions,
): Promise<Map<string, number>> {
  const speeds = new Map<string, Speeds | undefined>();
  const estimates = new Map<string, number>();
  for (const cell of cells.filter(({ impossible }) => impossible === undefined)) {
    const { weights, variant } = cell.model;
    const loaded = sha256Json([weights.sha256, variant ?? null]);
    if (!speeds.has(loaded)) {
      speeds.set(loaded, await probe(cell, plan, options));
    }
    const own = speeds.get(loaded);
    if (own !== undefined) {
      estimates.set(cell.id, estimateCellMs(cell, plan, own));
    }
  }
  return estimates;
}

/** `undefined` where the model is missing, or the probe itself fails: the cells will show why. */
async function probe(
  cell: BenchCell,
  plan: BenchPlan,
  options: BenchRunOptions,
): Promise<Speeds | undefined> {
  if (options.modelPaths.get(cell.model.weights.sha256) === undefined) {
    return undefined;
  }
  try {
    await using session = await openCell(cell, plan, options);
    const { signal } = options;
    const probed = await session.benchmark?.run({ ...PROBE, signal });
    if (probed === undefined) {
      return undefined;
    }
    const { prefillMs, decodeMs } = probed;
    return {
      prefill: (PROBE.promptTokens * 1_000) / prefillMs,
      decode: (PROBE.newTokens * 1_000) / decodeMs,
    };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof EngineFailure || error instanceof EvalkitError) {
      return undefined;
    }
    throw error;
  }
}
