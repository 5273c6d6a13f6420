import { z } from 'zod';
import { oneOf } from './option-values.ts';

/** What `--format` takes wherever a pipeline may read the result. */
export const REPORT_FORMATS = ['terminal', 'md', 'json', 'junit', 'csv', 'github'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** How a command prints its report. */
export const formatFields = {
  format: oneOf(REPORT_FORMATS).default('terminal'),
  /** Where it goes instead of stdout. */
  output: z.string().min(1).optional(),
  /** The same as `format` json. */
  json: z.boolean().default(false),
} as const;
