import { z } from 'zod';

/**
 * What drafting costs, each as a multiple of one plain step of the model (one token evaluated
 * alone). Measured once on a machine and recorded: it decides, with the counts of what was accepted,
 * how many tokens are drafted, so that a run which repeats drafts the same.
 */
export const draftCostsSchema = z.object({
  /** Milliseconds of the plain step; tells the machine's speed and decides nothing. */
  stepMs: z.number().positive(),
  /** One token drafted; 0 where drafts are copied. */
  draftToken: z.number().nonnegative(),
  /** One token that the draft model only reads, having fallen behind. */
  draftCatchUp: z.number().nonnegative(),
  /** A pass over the last token and `drafted` more, ascending; between them costs are linear. */
  passes: z.array(z.object({ drafted: z.int().positive(), cost: z.number().positive() })).min(1),
});
export type DraftCosts = z.infer<typeof draftCostsSchema>;
