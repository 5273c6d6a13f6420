import { z } from 'zod';
import type { ConfigSection } from './config-file.ts';
import { list, parseOptions, positiveInteger } from './option-values.ts';

/** Names and types of the options of `evalkit quantize`. */
export const quantizeOptionsSchema = z.object({
  /** Quantizations, by llama.cpp's names. */
  model: list,
  /** Catalogue name, path of a .gguf, or hub repository; `undefined`: the catalogue's default. */
  base: z.string().min(1).optional(),
  /** The file that all are made from; `undefined`: the base's nearest to the original weights. */
  quantizeFrom: z.string().min(1).optional(),
  /** Path of an importance matrix. */
  imatrix: z.string().min(1).optional(),
  /** Folder for the files; `undefined`: they stay in the cache. */
  out: z.string().min(1).optional(),
  threads: positiveInteger.optional(),
  offline: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** The options of `evalkit quantize`, checked, with defaults in place. */
export type QuantizeOptions = z.infer<typeof quantizeOptionsSchema>;

/** Checks the options of `evalkit quantize`, flags and section. Throws a usage error for the first bad one. */
export function parseQuantizeOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): QuantizeOptions {
  return parseOptions(quantizeOptionsSchema, typed, section);
}
