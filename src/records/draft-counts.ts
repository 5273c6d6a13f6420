import { z } from 'zod';

/**
 * Drafting counted. `drafted`: tokens that the model was given to check; `accepted`: those that it
 * would have chosen itself; `passes`: all its evaluations, the prompt's as one.
 */
export const draftCountsSchema = z.object({
  drafted: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  passes: z.int().nonnegative(),
});
export type DraftCounts = z.infer<typeof draftCountsSchema>;
