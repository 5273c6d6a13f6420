import { z } from 'zod';
import { ruleOutcomeSchema } from '../../records/rule.ts';

/** A rule as the user gives it; `name` says which in messages. */
export const ruleSourceSchema = z.discriminatedUnion('kind', [
  /** One expression over `cell`, `cells`, `reference` and `report`. */
  z.object({ kind: z.literal('expression'), name: z.string(), text: z.string() }),
  /** An ES module without imports, each of whose exports is a function from those four. */
  z.object({ kind: z.literal('file'), name: z.string(), text: z.string() }),
]);
export type RuleSource = z.infer<typeof ruleSourceSchema>;

/** How much a rule may use. */
export const ruleLimitsSchema = z.object({
  /** Wall time of one rule on one cell, in milliseconds. */
  timeoutMs: z.int().positive(),
  /**
   * Processor time in milliseconds that the process may use without a word before it counts as hung;
   * where that cannot be told, and many times over, the time of a clock.
   */
  silenceMs: z.int().positive(),
  /** JavaScript heap of one rule on one cell, in MiB. */
  heapMiB: z.int().positive(),
  /** Resident memory of the whole process, in bytes. */
  rssBytes: z.int().positive(),
});
export type RuleLimits = z.infer<typeof ruleLimitsSchema>;

/** What the rules' process is asked, once. */
export const rulesRequestSchema = z.object({
  rules: z.array(ruleSourceSchema),
  limits: ruleLimitsSchema,
  /** What each cell's rules see, as JSON; absent: nothing is run, only syntax is checked. */
  facts: z.array(z.object({ cell: z.string(), json: z.string() })).optional(),
});
export type RulesRequest = z.infer<typeof rulesRequestSchema>;

/** What the rules' process says. */
export const rulesMessageSchema = z.discriminatedUnion('kind', [
  /** It is about to run this: where nothing more comes, this is what ended the process. */
  z.object({ kind: z.literal('trying'), rule: z.string(), cell: z.string().optional() }),
  z.object({ kind: z.literal('done'), outcomes: z.array(ruleOutcomeSchema) }),
  /** The rule that was tried last cannot be used. */
  z.object({ kind: z.literal('refused'), reason: z.string() }),
  /** This machine cannot evaluate any rule. */
  z.object({ kind: z.literal('unavailable'), reason: z.string() }),
]);
export type RulesMessage = z.infer<typeof rulesMessageSchema>;
