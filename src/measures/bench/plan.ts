import type { BenchCell, BenchPlan, BenchWork } from '../../records/bench.ts';
import { usageError } from '../../records/error.ts';
import type { ModelRecord } from '../../records/model.ts';
import type { EngineSettings } from '../../records/plan.ts';

/** The axes of a grid and what holds for all of it. */
export interface BenchPlanOptions {
  readonly models: readonly ModelRecord[];
  readonly batch: readonly number[];
  /** Tokens of each prompt. */
  readonly ctxSize: readonly number[];
  readonly flash: readonly EngineSettings['flash'][];
  readonly cacheTypeK: readonly string[];
  readonly cacheTypeV: readonly string[];
  readonly newTokens: number;
  /** Given: one answer of so many tokens to `taskId`'s prompt, in place of minibatches. */
  readonly answer: { readonly taskId: string; readonly newTokens: number } | undefined;
  readonly batchSize: number;
  readonly gpuLayers: number;
  readonly common: Omit<BenchPlan, 'version' | 'cells'>;
  /** Why no model can have some settings; `undefined`: nothing speaks against them. */
  readonly settingsProblem: (settings: EngineSettings) => string | undefined;
}

/**
 * Makes the grid. Flash attention is the innermost axis, so that the two cells of a speed-up run
 * one after the other and share what the machine does meanwhile. Combinations that cannot be stay in
 * the grid with the reason; a grid of nothing else is a usage error.
 */
export function makeBenchPlan(options: BenchPlanOptions): BenchPlan {
  const cells = options.models.flatMap((model) =>
    cacheTypes(options).flatMap((cache) =>
      works(options).flatMap((work) =>
        options.flash.map((flash) => makeCell({ model, cache, work, flash }, options)),
      ),
    ),
  );
  const ids = cells.map(({ id }) => id);
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin !== undefined) {
    throw usageError(`the grid names ${twin} twice; give each value of an option once`);
  }
  const [problem] = cells.map(({ impossible }) => impossible);
  if (problem !== undefined && cells.every(({ impossible }) => impossible !== undefined)) {
    throw usageError(problem);
  }
  return { version: 1, cells, ...options.common };
}

interface CacheTypes {
  readonly cacheTypeK: string;
  readonly cacheTypeV: string;
}

function cacheTypes({ cacheTypeK, cacheTypeV }: BenchPlanOptions): CacheTypes[] {
  return cacheTypeK.flatMap((k) => cacheTypeV.map((v) => ({ cacheTypeK: k, cacheTypeV: v })));
}

function works({ answer, batch, ctxSize, newTokens }: BenchPlanOptions): BenchWork[] {
  if (answer !== undefined) {
    return [{ kind: 'answer', ...answer }];
  }
  return batch.flatMap((count) =>
    ctxSize.map(
      (promptTokens): BenchWork => ({
        kind: 'minibatch',
        batch: count,
        promptTokens,
        newTokens,
      }),
    ),
  );
}

function makeCell(
  at: {
    readonly model: ModelRecord;
    readonly cache: CacheTypes;
    readonly work: BenchWork;
    readonly flash: EngineSettings['flash'];
  },
  options: BenchPlanOptions,
): BenchCell {
  const { model, cache, work, flash } = at;
  const several = options.cacheTypeK.length * options.cacheTypeV.length > 1;
  const parts = [
    `${model.base}:${model.quantization}`,
    ...(work.kind === 'minibatch'
      ? [`batch ${work.batch}`, `context ${work.promptTokens}`]
      : [`${work.newTokens} tokens`]),
    `flash ${flash}`,
    ...(several ? [`cache ${cache.cacheTypeK} ${cache.cacheTypeV}`] : []),
  ];
  const settings: EngineSettings = {
    parallel: work.kind === 'minibatch' ? work.batch : 1,
    contextSize: work.kind === 'minibatch' ? work.promptTokens + work.newTokens : 'auto',
    batchSize: options.batchSize,
    flash,
    ...cache,
    gpuLayers: options.gpuLayers,
  };
  const impossible = options.settingsProblem(settings);
  return {
    id: parts.join('/'),
    model,
    work,
    settings,
    ...(impossible === undefined ? {} : { impossible }),
  };
}
