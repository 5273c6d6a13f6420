import { z } from 'zod';
import { CACHE_TYPES } from '../../options/cache-types.ts';
import type { ConfigSection } from '../../options/config-file.ts';
import { checkDecodeOptions } from '../../modes/check-options.ts';
import { decodeOptions } from '../../modes/options.ts';
import { type ConfiguredLimits, configuredLimits } from '../../limits/given.ts';
import { limitFields } from '../../limits/index.ts';
import { checkLatencyOptions, latencyOptions } from '../../options/latency-options.ts';
import {
  list,
  oneOf,
  notRunRows,
  parseOptions,
  positiveInteger,
  sequences,
  wholeNumber,
} from '../../options/option-values.ts';
import { textOptionsShape } from '../../options/perplexity-options.ts';
import { sandboxOptionsSchema } from '../../options/sandbox-options.ts';

/** Several types are an axis of cells. */
const cacheTypes = list
  .default(['f16'])
  .refine(
    (types) => types.every((type) => CACHE_TYPES.some((known) => known === type)),
    `is no list of ${CACHE_TYPES.join(', ')}`,
  )
  .refine((types) => new Set(types).size === types.length, 'names a type twice');

/** Names and types of the options of `evalkit humaneval`. */
export const humanevalOptionsSchema = sandboxOptionsSchema.extend({
  /** Catalogue name, path of a .gguf, or hub repository; `undefined`: the catalogue's default. */
  base: z.string().min(1).optional(),
  model: list.optional(),
  /** Everything is made from this file, whatever is published: path, hub item or base:quant. */
  quantizeFrom: z.string().min(1).optional(),
  ...decodeOptions,
  ...latencyOptions,
  tasks: z.string().min(1).optional(),
  limit: positiveInteger.optional(),
  prompt: oneOf(['auto', 'raw', 'chat']).default('auto'),
  /** Path of a text with `{{prompt}}` in it. */
  instruction: z.string().min(1).optional(),
  system: z.string().optional(),
  maxTokens: positiveInteger.optional(),
  threads: positiveInteger.optional(),
  parallel: sequences.default(16),
  /** Tokens a sequence; `undefined`: what the longest prompt and the cap need. */
  ctxSize: positiveInteger.optional(),
  batchSize: positiveInteger.default(512),
  flash: oneOf(['on', 'off', 'auto']).default('auto'),
  cacheTypeK: cacheTypes,
  cacheTypeV: cacheTypes,
  gpuLayers: wholeNumber.default(0),
  /** Run the reference once more at another batch size. */
  noiseFloor: z.boolean().default(false),
  /** Decide on the run when it is done, as `evalkit gate` does. */
  gate: z.boolean().default(false),
  /** End cells as soon as the gate's verdict on them is certain. */
  sequential: z.boolean().default(false),
  baseline: z.string().min(1).optional(),
  ...limitFields,
  allowLossyReference: z.boolean().default(false),
  allowInconclusive: z.boolean().default(false),
  /** Name of a suite; `undefined`: the default one. */
  suite: z.string().min(1).optional(),
  data: z.string().min(1).optional(),
  /** `undefined`: measured if there is a text. */
  perplexity: z.boolean().optional(),
  ...textOptionsShape,
  out: z.string().min(1).optional(),
  notRun: notRunRows,
  fresh: z.boolean().default(false),
  offline: z.boolean().default(false),
  dryRun: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** The options of `evalkit humaneval`, checked, with defaults in place. */
export type HumanevalOptions = z.infer<typeof humanevalOptionsSchema> & {
  readonly configured?: ConfiguredLimits;
};

/** Checks the options of `evalkit humaneval`, flags and section. Throws a usage error for the first bad one. */
export function parseHumanevalOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): HumanevalOptions {
  const options = parseOptions(humanevalOptionsSchema, typed, section);
  checkDecodeOptions(options);
  checkLatencyOptions(options);
  return section === undefined
    ? options
    : { ...options, configured: configuredLimits(typed, section) };
}
