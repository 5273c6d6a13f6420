import { z } from 'zod';
import { noiseFloorSchema } from './comparison.ts';
import { gateVerdictSchema } from './gate-verdict.ts';
import { gateLimitsSchema } from './gate-limits.ts';
import { notRunSchema } from './not-run.ts';
import { passRateSchema } from './report.ts';
import { failureCauseSchema } from './verdict.ts';
import { ruleOutcomeSchema } from './rule.ts';

/** One limit held against one cell. */
export const gateCheckSchema = z.object({
  /** The limit's flag without its dashes, or `rule`. */
  limit: z.string(),
  verdict: gateVerdictSchema,
  /** The finding in words, with its bound and n. */
  detail: z.string(),
  /** True where only the estimate is held against the limit, whatever its uncertainty. */
  isPointThreshold: z.boolean(),
});
export type GateCheck = z.infer<typeof gateCheckSchema>;

/** A candidate against the baseline. Drops are reference less candidate, as shares. */
const gateCellSchema = z.object({
  cell: z.string(),
  verdict: gateVerdictSchema,
  passAt1: passRateSchema.nullable(),
  tasks: z.int().positive(),
  lost: z.int().nonnegative(),
  gained: z.int().nonnegative(),
  /** Each bound is one-sided at the confidence; `null` for a cell that a rule stopped early. */
  drop: z.object({ estimate: z.number(), lower: z.number(), upper: z.number() }).nullable(),
  /** One-sided, of being worse; then adjusted over the cells. `null` for a cell stopped early. */
  p: z.number().nullable(),
  pHolm: z.number().nullable(),
  /** TPOT over the baseline's; each bound is one-sided at the confidence. */
  tpotRatio: z
    .object({ n: z.int().positive(), estimate: z.number(), lower: z.number(), upper: z.number() })
    .optional(),
  checks: z.array(gateCheckSchema).min(1),
  /** Tasks that one side passes oftener, with why the other's completion failed where that is known. */
  flips: z
    .array(
      z.object({
        taskId: z.string(),
        direction: z.enum(['lost', 'gained']),
        cause: failureCauseSchema.optional(),
        detail: z.string().optional(),
      }),
    )
    .optional(),
  /** What would settle an inconclusive drop, at what cost. */
  settle: z.string().optional(),
});
export type GateCell = z.infer<typeof gateCellSchema>;

/** For so many tasks gained: how many lost still pass, and from how many on it fails. */
export interface PlannedFlips {
  readonly gained: number;
  /** `undefined`: not even none. */
  readonly mostLostToPass: number | undefined;
  readonly leastLostToFail: number | undefined;
}

/** What samples of each task would find, from the spread of those that a run has. */
export interface PlannedSamples {
  readonly cell: string;
  readonly tasks: number;
  /** That it rests on. */
  readonly samples: number;
  /** As `SampleSpread` has them. */
  readonly within: number;
  readonly between: number;
  readonly correlation: number;
  /** For so many samples of each task: the smallest drop that is found with 80 % power. */
  readonly found: readonly { readonly samples: number; readonly drop: number }[];
}

/** What `evalkit gate --json` prints: the decision and all that it rests on. */
export const gateReportSchema = z.object({
  version: z.literal(1),
  verdict: gateVerdictSchema,
  /**
   * Present where a part of the tasks was asked: the gate was tried and decides nothing, so that the
   * verdict is `inconclusive` whatever the limits' checks say.
   */
  trial: z
    .object({
      /** Tasks that the fewest of the comparisons had. */
      tasks: z.int().positive(),
      total: z.int().positive(),
      /** What the gate would need to decide. */
      needs: z.array(z.string()).min(1),
    })
    .optional(),
  /** What a reader must know of the reference before any figure. */
  firstLine: z.string(),
  candidate: z.string(),
  baseline: z.object({
    name: z.string(),
    cell: z.string(),
    passAt1: passRateSchema,
    noiseFloor: z.union([noiseFloorSchema, notRunSchema]),
  }),
  limits: gateLimitsSchema,
  /** The part of the tests whose passes count; absent where tests have none. */
  metric: z.string().optional(),
  cells: z.array(gateCellSchema).min(1),
  rules: z.array(ruleOutcomeSchema),
  warnings: z.array(z.string()),
});
export type GateReport = z.infer<typeof gateReportSchema>;
