import { z } from 'zod';
import { formatFields } from './report-formats.ts';
import type { ConfigSection } from './config-file.ts';
import { list, parseOptions } from './option-values.ts';
import { sandboxOptionsSchema } from './sandbox-options.ts';

/** Names and types of the options of `evalkit judge`. */
export const judgeOptionsSchema = sandboxOptionsSchema.extend({
  /** Path of the samples, or `-`. */
  samples: z.string().min(1),
  /** The file that the results go to. */
  out: z.string().min(1).optional(),
  /** The folder that the verdicts are kept in. */
  run: z.string().min(1).optional(),
  fresh: z.boolean().default(false),
  k: list
    .default(['1', '10', '100'])
    .refine(
      (items) => items.every((item) => /^[1-9]\d{0,5}$/.test(item)),
      'is no list of whole numbers above 0',
    )
    .transform((items) => [...new Set(items.map(Number))].toSorted((one, other) => one - other)),
  /** Name of a suite; `undefined`: the default one. */
  suite: z.string().min(1).optional(),
  data: z.string().min(1).optional(),
  skipUnsupported: z.boolean().default(false),
  offline: z.boolean().default(false),
  ...formatFields,
});

/** The options of `evalkit judge`, checked, with defaults in place. */
export type JudgeOptions = z.infer<typeof judgeOptionsSchema>;

/** Checks the options of `evalkit judge`, flags and section. Throws a usage error for the first bad one. */
export function parseJudgeOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): JudgeOptions {
  return parseOptions(judgeOptionsSchema, typed, section);
}
