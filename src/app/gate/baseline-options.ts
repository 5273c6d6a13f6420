import { z } from 'zod';
import { limitFields } from '../../limits/index.ts';
import { parseOptions } from '../../options/option-values.ts';

const baselineOptionsSchema = z.object({
  /** `RUN` or `RUN#cell`. */
  run: z.string().min(1),
  out: z.string().min(1).default('baseline.json'),
  ...limitFields,
});

/** The options of `evalkit baseline write`, checked, with defaults in place. */
export type BaselineOptions = z.infer<typeof baselineOptionsSchema>;

/** Checks the options of `evalkit baseline write`. Throws a usage error for the first bad one. */
export function parseBaselineOptions(typed: Readonly<Record<string, unknown>>): BaselineOptions {
  return parseOptions(baselineOptionsSchema, typed);
}
