import { z } from 'zod';

/**
 * How large a drop of pass@1 may be, and how surely that must be shown: what every comparison and
 * every decision rests on.
 */
export const marginSchema = z.object({
  /** A share above 0 and below 1: 0.05 is 5 percentage points. NaN and infinities are not shares. */
  maxDrop: z.number().gt(0).lt(1),
  /** Confidence level of each one-sided bound: 0.95 lets one in twenty be wrong. */
  confidence: z.number().min(0.5).lt(1),
});
export type Margin = z.infer<typeof marginSchema>;

/**
 * What a candidate must keep to, as records hold it: the margin, and by its name whatever else the
 * table in limits/ knows, which checks each. A record knows none of those: a new limit is not a new
 * form.
 */
export const gateLimitsSchema = marginSchema.catchall(z.union([z.number(), z.string()]));
export type GateLimits = z.infer<typeof gateLimitsSchema>;
