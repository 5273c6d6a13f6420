import { z } from 'zod';
import type { ConfigSection } from './config-file.ts';
import { parseOptions } from './option-values.ts';
import { sandboxOptionsSchema } from './sandbox-options.ts';

/** Names and types of the options of `evalkit doctor`. */
export const doctorOptionsSchema = sandboxOptionsSchema.extend({
  data: z.string().min(1).optional(),
  offline: z.boolean().default(false),
  json: z.boolean().default(false),
});

/** The options of `evalkit doctor`, checked, with defaults in place. */
export type DoctorOptions = z.infer<typeof doctorOptionsSchema>;

/** Checks the options of `evalkit doctor`, flags and section. Throws a usage error for the first bad one. */
export function parseDoctorOptions(
  typed: Readonly<Record<string, unknown>>,
  section?: ConfigSection,
): DoctorOptions {
  return parseOptions(doctorOptionsSchema, typed, section);
}
