import { z } from 'zod';

/** A cell's pass rate against the reference cell's over the tasks that both have verdicts on. */
export const pairedReportSchema = z.object({
  reference: z.string(),
  /** Tasks that both have verdicts on. */
  tasks: z.int().positive(),
  /** Tasks that the reference solves more often, and those that the cell does. */
  lost: z.int().nonnegative(),
  gained: z.int().nonnegative(),
  /** Reference less cell, as a share; both bounds are one-sided at `confidence`. */
  drop: z.object({
    estimate: z.number(),
    atLeast: z.number(),
    atMost: z.number(),
    confidence: z.number(),
  }),
});
export type PairedReport = z.infer<typeof pairedReportSchema>;
