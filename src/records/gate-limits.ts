import { z } from 'zod';

/** A share above 0 and below 1; NaN and infinities are none. */
const openShare = z.number().gt(0).lt(1);

/** What a candidate must keep to. Shares, not points: 0.05 is 5 percentage points. */
export const gateLimitsSchema = z.strictObject({
  /** The drop of pass@1 must be shown to be under this. */
  maxDrop: openShare,
  /** Of each one-sided statement: 0.95 lets one in twenty be wrong. */
  confidence: z.number().min(0.5).lt(1),
  /** TPOT over the baseline's must be shown to be under this; above 0. */
  maxTpotRatio: z.number().positive().finite().optional(),
  /** Mean Kullback-Leibler divergence in nats a token: a point threshold, no interval is used. */
  maxKl: z.number().positive().finite().optional(),
  /** pass@1 must be at least this: a point threshold, no interval is used. */
  minPass: openShare.optional(),
  /** Least level of the sandbox that reached the verdicts. */
  minSandbox: z.enum(['L1', 'L2', 'L3']).optional(),
});
export type GateLimits = z.infer<typeof gateLimitsSchema>;

/**
 * The limits where the user names none: 5 points, since that is what one greedy pass over 164 tasks
 * can show with up to 11 tasks lost and 11 gained.
 */
export const DEFAULT_LIMITS = { maxDrop: 0.05, confidence: 0.95 } as const satisfies GateLimits;
