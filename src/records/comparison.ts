import { z } from 'zod';
import { stopReasonSchema } from './completion.ts';
import { gateLimitsSchema } from './gate-limits.ts';
import { gateVerdictSchema } from './gate-verdict.ts';
import { weightsSchema } from './model.ts';
import { notRunSchema } from './not-run.ts';
import {
  divergenceReportSchema,
  passRateSchema,
  perplexityReportSchema,
  ratioSchema,
} from './report.ts';
import { failureCauseSchema } from './verdict.ts';

/** How many of a reference's tasks flip by themselves at another batch size. */
export const noiseFloorSchema = z.object({
  flips: z.int().nonnegative(),
  tasks: z.int().positive(),
});
export type NoiseFloor = z.infer<typeof noiseFloorSchema>;

/** One side of a comparison. */
const sideSchema = z.object({
  /** The run or file as the user named it, with the cell. */
  name: z.string(),
  cell: z.string(),
  /** Absent for judged samples: which weights wrote them is not known. */
  weights: weightsSchema.optional(),
  passAt1: passRateSchema,
  /** Completions truncated at the token cap, and how many of those repeat themselves to the end. */
  truncated: z.int().nonnegative(),
  looping: z.int().nonnegative(),
  /** Completions that both figures are of; 0 for a baseline file, which holds none. */
  completions: z.int().nonnegative(),
  perplexity: z.union([perplexityReportSchema, notRunSchema]),
});

/** One completion of a task that flipped. What models write is untrusted text. */
const flippedCompletionSchema = z.object({
  text: z.string(),
  stopReason: stopReasonSchema,
  isLooping: z.boolean(),
  /** Absent for a completion that passed. */
  cause: failureCauseSchema.optional(),
  detail: z.string().optional(),
});

/** Where two completions diverge. */
const firstDifferenceSchema = z.object({
  /** Index of the first differing token; ids are `null` where a completion had ended. */
  token: z.int().nonnegative(),
  referenceToken: z.int().nullable(),
  candidateToken: z.int().nullable(),
  /** What follows the common beginning, shortened. */
  referenceText: z.string(),
  candidateText: z.string(),
});
export type FirstDifference = z.infer<typeof firstDifferenceSchema>;

/**
 * A task whose pass rate differs: passed and completions of each side, and one completion of each.
 */
const flipSchema = z.object({
  taskId: z.string(),
  direction: z.enum(['lost', 'gained']),
  passed: z.object({
    reference: z.tuple([z.int(), z.int()]),
    candidate: z.tuple([z.int(), z.int()]),
  }),
  /** Absent where a side is a baseline file, which holds no completions. */
  reference: flippedCompletionSchema.optional(),
  candidate: flippedCompletionSchema.optional(),
  /** `null`: token for token the same completion, so the verdicts differ for another reason. */
  firstDifference: firstDifferenceSchema.nullable().optional(),
});
export type Flip = z.infer<typeof flipSchema>;

const detectableDropSchema = z.object({
  drop: z.number(),
  power: z.number(),
  flipRate: z.number(),
  isAssumed: z.boolean(),
});

/** How far a verdict is from another, in whole tasks; absent where no number of tasks gets there. */
const verdictDistanceSchema = z.object({
  /** Fewest further tasks lost that turn a pass. */
  lostToLeavePass: z.int().positive().optional(),
  /** Fewest further tasks lost that make it a fail. */
  lostToFail: z.int().positive().optional(),
  /** Fewest tasks not lost after all that make it a pass. */
  regainedToPass: z.int().positive().optional(),
});
export type VerdictDistance = z.infer<typeof verdictDistanceSchema>;

/** Two cells over the same tasks. Differences are candidate less reference, as shares. */
export const comparisonSchema = z.object({
  reference: sideSchema,
  candidate: sideSchema,
  /** Whether both descend from one original, and what that means for the figures. */
  descent: z.string(),
  tasks: z.int().positive(),
  /** Completions of each task, of the reference and of the candidate. */
  samples: z.tuple([z.int().positive(), z.int().positive()]),
  difference: z.object({
    estimate: z.number(),
    ci95: z.tuple([z.number(), z.number()]),
    method: z.enum(['tango+mcnemar', 'bootstrap+sign-flip']),
  }),
  /** Two-sided: McNemar's exact test, or the sign-flip test; then adjusted over the table. */
  p: z.number(),
  pHolm: z.number(),
  lost: z.int().nonnegative(),
  gained: z.int().nonnegative(),
  flips: z.array(flipSchema),
  detectableDrop: detectableDropSchema,
  /** What the drop alone says of the limits, this pair by itself. */
  verdict: gateVerdictSchema,
  distance: verdictDistanceSchema,
  /** Candidate's time over the reference's, paired by task: above 1 is slower. */
  ttftRatio: z.union([ratioSchema, notRunSchema]),
  tpotRatio: z.union([ratioSchema, notRunSchema]),
  /** Candidate's bytes over the reference's: a fact, without interval. */
  sizeRatio: z.union([z.number().positive(), notRunSchema]),
  divergence: z.union([divergenceReportSchema, notRunSchema]),
  noiseFloor: z.union([noiseFloorSchema, notRunSchema]),
  warnings: z.array(z.string()),
});
export type Comparison = z.infer<typeof comparisonSchema>;

/** What `evalkit compare --json` prints. */
export const compareReportSchema = z.object({
  version: z.literal(1),
  /** What a reader must know of the reference before any figure. */
  firstLine: z.string(),
  limits: gateLimitsSchema,
  /** The part of the tests whose passes count; absent where tests have none. */
  metric: z.string().optional(),
  comparisons: z.array(comparisonSchema).min(1),
});
export type CompareReport = z.infer<typeof compareReportSchema>;
