import { z } from 'zod';

/** How the latency pass was run. */
export const latencyReportSchema = z.object({
  tasks: z.int().positive(),
  repeats: z.int().positive(),
  /** Cap on the tokens of a timed completion. */
  maxTokens: z.int().positive(),
  /** Timings that are present, of tasks × repeats × cells. */
  timings: z.int().nonnegative(),
  /** What of one repeat was interleaved: all cells, or only those of one loaded model. */
  interleaved: z.enum(['cells', 'cells of a model']),
  /** Median share of all cores that other processes used meanwhile; `null` where unknown. */
  othersCpuShare: z.number().nullable(),
});
