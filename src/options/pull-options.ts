import { z } from 'zod';
import { list, parseOptions } from './option-values.ts';

const pullOptionsSchema = z.object({
  /** What `--model` of the other commands takes. */
  model: list,
  /** Catalogue name, path of a .gguf, or hub repository; `undefined`: the catalogue's default. */
  base: z.string().min(1).optional(),
  offline: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** The options of `evalkit models pull`, checked, with defaults in place. */
export type PullOptions = z.infer<typeof pullOptionsSchema>;

/** Checks the options of `evalkit models pull`. Throws a usage error for the first bad one. */
export function parsePullOptions(typed: Readonly<Record<string, unknown>>): PullOptions {
  return parseOptions(pullOptionsSchema, typed);
}
