import { z } from 'zod';

/** What a user's rule says of a cell. A rule that could not say has none: that is an error. */
export const ruleOutcomeSchema = z.object({
  /** The expression itself, or `file.js: name of the function`. */
  rule: z.string(),
  cell: z.string(),
  passed: z.boolean(),
});
export type RuleOutcome = z.infer<typeof ruleOutcomeSchema>;
