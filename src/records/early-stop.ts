import { z } from 'zod';
import { gateVerdictSchema } from './gate-verdict.ts';
import { gateLimitsSchema } from './gate-limits.ts';
import { sha256Schema } from './model.ts';

/**
 * A cell's generation ended because the gate's verdict on it was certain, whatever the other tasks
 * turned out to be, or shown with an error that was planned for. Such a cell has no pass rate: which tasks were asked depended on the completions.
 */
export const earlyStopSchema = z.object({
  version: z.literal(1),
  cell: z.string(),
  verdict: gateVerdictSchema,
  /** Tasks with a verdict, and all tasks. */
  judged: z.int().positive(),
  tasks: z.int().positive(),
  /** Estimated from the completions so far. */
  savedTokens: z.int().nonnegative(),
  limits: gateLimitsSchema,
  /** The baseline's cell and the hash of its verdicts. */
  baseline: z.object({ name: z.string(), recordsSha256: sha256Schema }),
  /**
   * Where looks spend their error by plan: how many tasks each look of the plan sees, and what those that
   * were taken saw. Then `judged` may be all tasks: such a cell has its pass rate.
   */
  spending: z
    .object({
      planned: z.array(z.int().positive()).min(1),
      looks: z
        .array(
          z.object({
            pairs: z.int().positive(),
            lost: z.int().nonnegative(),
            gained: z.int().nonnegative(),
          }),
        )
        .min(1),
    })
    .optional(),
});
export type EarlyStop = z.infer<typeof earlyStopSchema>;
