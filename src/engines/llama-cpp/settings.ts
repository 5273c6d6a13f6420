import { z } from 'zod';
import { usageError } from '../../records/error.ts';
import type { SettingsChoice, SettingsUse } from '../engine.ts';

/** llama.cpp's names of cache types (`kv_cache_types` of its common/arg.cpp). */
const CACHE_TYPES = {
  f32: 'F32',
  f16: 'F16',
  bf16: 'BF16',
  q8_0: 'Q8_0',
  q5_1: 'Q5_1',
  q5_0: 'Q5_0',
  q4_1: 'Q4_1',
  q4_0: 'Q4_0',
  iq4_nl: 'IQ4_NL',
} as const;

/** The names that options take. */
export const CACHE_TYPE_NAMES: readonly string[] = Object.keys(CACHE_TYPES);

export type CacheType = (typeof CACHE_TYPES)[keyof typeof CACHE_TYPES];

/** Bytes of a number; the quantized types store blocks of 32 (ggml-common.h). */
export const CACHE_TYPE_BYTES: Readonly<Record<CacheType, number>> = {
  F32: 4,
  F16: 2,
  BF16: 2,
  Q8_0: 34 / 32,
  Q5_1: 24 / 32,
  Q5_0: 22 / 32,
  Q4_1: 20 / 32,
  Q4_0: 18 / 32,
  IQ4_NL: 18 / 32,
};

/** The engine's settings in node-llama-cpp's words. */
export interface ContextSettings {
  readonly batchSize: number;
  readonly flashAttention: boolean | 'auto';
  readonly experimentalKvCacheKeyType: CacheType;
  readonly experimentalKvCacheValueType: CacheType;
}

/** Types that keep each number by itself, so that the cache can be read without flash attention. */
const UNQUANTIZED: readonly string[] = ['f32', 'f16', 'bf16'];

const flashSchema = z.enum(['on', 'off', 'auto']);

/** What decides that a cell is another candidate. */
const variantSchema = z.object({
  flash: flashSchema,
  cacheTypeK: z.string(),
  cacheTypeV: z.string(),
  gpuLayers: z.int().nonnegative(),
});
type Variant = z.infer<typeof variantSchema>;

/** What llama.cpp is told beyond the model. */
export const llamaSettingsSchema = variantSchema.extend({
  /** Tokens a sequence can hold; `auto`: the longest prompt plus the token cap. */
  contextSize: z.union([z.int().positive(), z.literal('auto')]).default('auto'),
  /** Most tokens evaluated in one pass. */
  batchSize: z.int().positive(),
});
export type LlamaSettings = z.infer<typeof llamaSettingsSchema>;

/** An option that names one value, or several: an axis. */
function axis<T>(value: z.ZodType<T>) {
  return z.union([value.transform((one) => [one]), z.array(value)]);
}

const optionsSchema = z.object({
  ctxSize: z.union([z.int().positive(), z.array(z.int())]).optional(),
  batchSize: z.int().positive().default(512),
  flash: axis(flashSchema).default(['auto']),
  cacheTypeK: axis(z.string()).default(['f16']),
  cacheTypeV: axis(z.string()).default(['f16']),
  gpuLayers: z.int().nonnegative().default(0),
});

/**
 * Every combination of the settings that options name. Flash attention is the innermost axis, so that
 * the two cells of a speed-up run one after the other and share what the machine does meanwhile.
 */
export function planSettings(
  use: SettingsUse,
  options: Readonly<Record<string, unknown>>,
): SettingsChoice[] {
  const { ctxSize, batchSize, flash, cacheTypeK, cacheTypeV, gpuLayers } =
    optionsSchema.parse(options);
  const contextSize = use === 'completions' && typeof ctxSize === 'number' ? ctxSize : 'auto';
  const isAxis = { k: cacheTypeK.length > 1, v: cacheTypeV.length > 1 };
  return cacheTypeK.flatMap((k) =>
    cacheTypeV.flatMap((v) =>
      flash.map((one) => {
        const variant = { flash: one, cacheTypeK: k, cacheTypeV: v, gpuLayers };
        return choiceOf(use, { variant, isAxis, batchSize, contextSize });
      }),
    ),
  );
}

interface Combination {
  readonly variant: Variant;
  readonly isAxis: { readonly k: boolean; readonly v: boolean };
  readonly batchSize: number;
  readonly contextSize: LlamaSettings['contextSize'];
}

function choiceOf(use: SettingsUse, combination: Combination): SettingsChoice {
  const { variant, batchSize, contextSize } = combination;
  const scoreSettings = { ...variant, batchSize };
  const settings = use === 'scores' ? scoreSettings : { ...scoreSettings, contextSize };
  const impossible = settingsProblem(variant);
  return {
    settings,
    variant,
    scoreSettings,
    settingsText: NAMING[use].text(variant),
    isRounded: [variant.cacheTypeK, variant.cacheTypeV].some((type) => !UNQUANTIZED.includes(type)),
    id: NAMING[use].id(combination),
    ...(impossible === undefined ? {} : { impossible }),
    ...(variant.flash === 'on'
      ? { over: { settings: { ...settings, flash: 'off' }, what: 'flash attention over plain' } }
      : {}),
  };
}

/** How cells, grids and scores tell settings apart. */
const NAMING: Readonly<
  Record<
    SettingsUse,
    { readonly id: (of: Combination) => string; readonly text: (variant: Variant) => string }
  >
> = {
  completions: {
    id: ({ variant, isAxis }) =>
      `${isAxis.k ? `/k=${variant.cacheTypeK}` : ''}${isAxis.v ? `/v=${variant.cacheTypeV}` : ''}`,
    text: ({ cacheTypeK, cacheTypeV }) => `caches ${cacheTypeK} and ${cacheTypeV}`,
  },
  benchmark: {
    id: ({ variant: { flash, cacheTypeK, cacheTypeV }, isAxis }) =>
      `/flash ${flash}${isAxis.k || isAxis.v ? `/cache ${cacheTypeK} ${cacheTypeV}` : ''}`,
    text: ({ flash, cacheTypeK, cacheTypeV }) =>
      `flash ${flash}, cache ${cacheTypeK}/${cacheTypeV}`,
  },
  scores: {
    id: ({ variant: { cacheTypeK, cacheTypeV } }) =>
      cacheTypeK === 'f16' && cacheTypeV === 'f16' ? '' : `@${cacheTypeK}/${cacheTypeV}`,
    text: ({ cacheTypeK, cacheTypeV }) => `caches ${cacheTypeK} and ${cacheTypeV}`,
  },
};

/** Why no model can have a context of these settings; `undefined`: nothing speaks against them. */
export function settingsProblem({
  flash,
  cacheTypeK,
  cacheTypeV,
}: Omit<Variant, 'gpuLayers'>): string | undefined {
  const types = [
    ['--cache-type-k', cacheTypeK],
    ['--cache-type-v', cacheTypeV],
  ] as const;
  const unknown = types.find(([, name]) => !CACHE_TYPE_NAMES.includes(name));
  if (unknown !== undefined) {
    return `${unknown.join(' ')}: no such cache type; use one of ${CACHE_TYPE_NAMES.join(', ')}`;
  }
  return flash === 'off' && !UNQUANTIZED.includes(cacheTypeV)
    ? `--cache-type-v ${cacheTypeV} needs flash attention, which --flash off turns off; leave one of them out`
    : undefined;
}

/** Throws a usage error for settings that no context can have. */
export function contextSettings(settings: LlamaSettings): ContextSettings {
  const problem = settingsProblem(settings);
  if (problem !== undefined) {
    throw usageError(problem);
  }
  const { batchSize, flash, cacheTypeK, cacheTypeV } = settings;
  return {
    batchSize,
    flashAttention: flash === 'auto' ? 'auto' : flash === 'on',
    experimentalKvCacheKeyType: cacheType(cacheTypeK),
    experimentalKvCacheValueType: cacheType(cacheTypeV),
  };
}

function cacheType(name: string): CacheType {
  const type = Object.entries(CACHE_TYPES).find(([known]) => known === name)?.[1];
  if (type === undefined) {
    throw new Error(`no cache type ${name}`);
  }
  return type;
}
