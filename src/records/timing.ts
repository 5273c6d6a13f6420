import { z } from 'zod';
import { stopReasonSchema } from './completion.ts';
import { draftCountsSchema } from './draft-counts.ts';
import { sha256Schema } from './model.ts';

/**
 * One timed completion of the latency pass: alone on the machine, batch of one. Times in
 * milliseconds.
 */
export const timingSchema = z.object({
  version: z.literal(1),
  key: sha256Schema,
  cell: z.string(),
  taskId: z.string(),
  repeat: z.int().nonnegative(),
  promptTokens: z.int().positive(),
  newTokens: z.int().nonnegative(),
  stopReason: stopReasonSchema,
  /** Request accepted to first token: tokenizing and prefill, the draft's too. */
  ttftMs: z.number().nonnegative(),
  /** First token to last token; TPOT is this over `newTokens` - 1. */
  decodeMs: z.number().nonnegative(),
  /** Share of all cores that other processes used meanwhile, 0 to 1; absent where unknown. */
  othersCpuShare: z.number().min(0).max(1).optional(),
  draft: draftCountsSchema.optional(),
  /** The engine session that it was taken in. */
  session: z.int().nonnegative().optional(),
});
export type Timing = z.infer<typeof timingSchema>;
