import { z } from 'zod';
import type { ConfigSection } from '../../options/config-file.ts';
import { marginFields } from '../../limits/index.ts';
import { parseOptions } from '../../options/option-values.ts';
import { formatFields } from '../../options/report-formats.ts';

/** Names and types of the options of `evalkit compare`. */
export const compareOptionsSchema = z.object({
  reference: z.string().min(1),
  candidate: z.string().min(1).optional(),
  ...marginFields,
  ...formatFields,
});

/** The options of `evalkit compare`, checked, with defaults in place. */
export type CompareOptions = z.infer<typeof compareOptionsSchema>;

/** Checks the options of `evalkit compare` as typed. Throws a usage error for the first bad one. */
export function parseCompareOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): CompareOptions {
  return parseOptions(compareOptionsSchema, typed, section);
}
