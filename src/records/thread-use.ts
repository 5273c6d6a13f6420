import { z } from 'zod';

/** For how long a number of threads computed. */
export const threadUseSchema = z.object({
  threads: z.int().positive(),
  /** Milliseconds of computing. */
  ms: z.number().nonnegative(),
});
export type ThreadUse = z.infer<typeof threadUseSchema>;
