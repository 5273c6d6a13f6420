import { z } from 'zod';
import type { ConfigSection } from './config-file.ts';
import { gateLimitFields, gateOnlyLimitFields } from './gate-limit-values.ts';
import { oneOf, parseOptions, positiveInteger, texts } from './option-values.ts';
import { REPORT_FORMATS } from './report-formats.ts';

/** Names and types of the options of `evalkit gate`. */
export const gateOptionsSchema = z.object({
  /** RUN or RUN#cell; only `--plan` does without. */
  run: z.string().min(1).optional(),
  /** RUN, RUN#cell or a baseline file; `undefined`: the run's own reference cell. */
  baseline: z.string().min(1).optional(),
  ...gateLimitFields,
  ...gateOnlyLimitFields,
  allowLossyReference: z.boolean().default(false),
  allowInconclusive: z.boolean().default(false),
  /** Only tell which flips would pass. */
  plan: z.boolean().default(false),
  /** Tasks that `--plan` reckons with where there is no baseline. */
  tasks: positiveInteger.default(164),
  /** Expressions. */
  rule: texts.default([]),
  /** Paths of files of rules. */
  rules: texts.default([]),
  format: oneOf(REPORT_FORMATS).default('terminal'),
  /** Where the formatted decision goes instead of stdout. */
  output: z.string().min(1).optional(),
  /** Where the decision also goes as JUnit XML. */
  junit: z.string().min(1).optional(),
  json: z.boolean().default(false),
});

/** The options of `evalkit gate`, checked, with defaults in place. */
export type GateOptions = z.infer<typeof gateOptionsSchema>;

/** Checks the options of `evalkit gate` as typed. Throws a usage error for the first bad one. */
export function parseGateOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): GateOptions {
  return parseOptions(gateOptionsSchema, typed, section);
}
