import { z } from 'zod';

const interval = z.tuple([z.number(), z.number()]);

/** How a cell's completions stand to the reference cell's, task by task, as texts. */
export const overlapReportSchema = z.object({
  reference: z.string(),
  /** Tasks with a completion of both. */
  tasks: z.int().positive(),
  /** Those whose completions are the same: none of them can flip. */
  identical: z.int().nonnegative(),
  /** What is counted below: tokens where both engines show them and the models are of one base. */
  unit: z.enum(['tokens', 'characters']),
  /** Share of the reference's tokens that stand before the first difference; 95 % over tasks. */
  shared: z.object({ n: z.int().positive(), estimate: z.number(), ci95: interval.nullable() }),
  /** Of the tasks that differ: how many tokens stand before it. */
  first: z.object({ least: z.int(), median: z.number(), most: z.int() }).optional(),
  /** Where the cell read along: how many of its tokens it took from the reference. */
  replay: z
    .object({
      reference: z.string(),
      /** Completions that were read along with. */
      n: z.int().positive(),
      drafted: z.int().nonnegative(),
      accepted: z.int().nonnegative(),
      newTokens: z.int().nonnegative(),
      passes: z.int().positive(),
    })
    .optional(),
});
export type OverlapReport = z.infer<typeof overlapReportSchema>;
