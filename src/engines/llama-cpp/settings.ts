import { usageError } from '../../records/error.ts';
import type { EngineSettings } from '../../records/plan.ts';

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

type Impossible = Pick<EngineSettings, 'flash' | 'cacheTypeK' | 'cacheTypeV'>;

/** Why no model can have a context of these settings; `undefined`: nothing speaks against them. */
export function settingsProblem({ flash, cacheTypeK, cacheTypeV }: Impossible): string | undefined {
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
export function contextSettings(settings: EngineSettings): ContextSettings {
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
