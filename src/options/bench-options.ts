import { z } from 'zod';
import { formatFields } from './report-formats.ts';
import { usageError } from '../records/error.ts';
import { CACHE_TYPES } from './cache-types.ts';
import type { ConfigSection } from './config-file.ts';
import { flagName } from './flag-name.ts';
import {
  list,
  notRunRows,
  oneOf,
  parseOptions,
  positiveInteger,
  sequences,
  wholeNumber,
} from './option-values.ts';

/** Node's timers end there: 2^31 - 1 milliseconds, a good 24 days. */
const LONGEST_TIMEOUT_S = 2_147_483;

const integers = list.pipe(z.array(positiveInteger).min(1));

/** What says how large minibatches are. */
const SIZES = ['batch', 'ctxSize', 'newTokens'] as const;

/** Names and types of the options of `evalkit bench`. */
export const benchOptionsSchema = z.object({
  base: z.string().min(1).optional(),
  model: list.optional(),
  /** Prompts in a minibatch. */
  batch: list.pipe(z.array(sequences).min(1)).default([1]),
  /** Tokens of each prompt of a minibatch. */
  ctxSize: integers.default([512]),
  flash: list.pipe(z.array(oneOf(['on', 'off', 'auto']))).default(['auto']),
  cacheTypeK: list.pipe(z.array(oneOf(CACHE_TYPES))).default(['f16']),
  cacheTypeV: list.pipe(z.array(oneOf(CACHE_TYPES))).default(['f16']),
  newTokens: positiveInteger.default(32),
  /** Instead of minibatches: an answer of so many tokens to HumanEval's first prompt. */
  tokens: positiveInteger.optional(),
  warmup: wholeNumber.default(2),
  repeats: positiveInteger.default(4),
  threads: positiveInteger.optional(),
  batchSize: positiveInteger.default(512),
  gpuLayers: wholeNumber.default(0),
  /** Most memory of a cell's process, in MiB. */
  memory: positiveInteger.optional(),
  /** Seconds. */
  cellTimeout: positiveInteger
    .refine((seconds) => seconds <= LONGEST_TIMEOUT_S, `is more than ${LONGEST_TIMEOUT_S}`)
    .default(600),
  data: z.string().min(1).optional(),
  out: z.string().min(1).optional(),
  fresh: z.boolean().default(false),
  offline: z.boolean().default(false),
  notRun: notRunRows,
  dryRun: z.boolean().default(false),
  ...formatFields,
});

/** The options of `evalkit bench`, checked, with defaults in place. */
export type BenchOptions = z.infer<typeof benchOptionsSchema>;

/** Checks the options of `evalkit bench` as typed. Throws a usage error for the first bad one. */
export function parseBenchOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): BenchOptions {
  const options = parseOptions(benchOptionsSchema, typed, section);
  const size = SIZES.find(
    (name) => typed[name] !== undefined || section?.values[name] !== undefined,
  );
  if (options.tokens !== undefined && size !== undefined) {
    throw usageError(
      `${flagName(size)} ${[options[size]].flat().join(',')} has no use with --tokens ${options.tokens}, which times one answer in place of minibatches; leave one of them out`,
    );
  }
  return options;
}
