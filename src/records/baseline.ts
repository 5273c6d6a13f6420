import { z } from 'zod';
import { gateLimitsSchema } from './gate-limits.ts';
import { sha256Schema } from './model.ts';
import { cellPlanSchema, gradingSchema } from './plan.ts';
import { passRateSchema } from './report.ts';
import { fingerprintSchema } from './run-header.ts';

/**
 * A cell's verdicts in a small file for a repository: what later candidates are held against. It
 * comes from one complete run; the answers themselves are not in it.
 */
export const baselineSchema = z.object({
  kind: z.literal('evalkit-baseline'),
  version: z.literal(1),
  /** The evalkit that measured. */
  evalkit: z.string(),
  /** Here, so that a loosened limit shows as a change of this file. */
  limits: gateLimitsSchema,
  dataset: z.object({
    name: z.string(),
    sha256: sha256Schema,
    total: z.int().positive(),
  }),
  /** The cell whole: weights with checksum and provenance, decoding, wording, stops, cap, settings. */
  cell: cellPlanSchema,
  /** Grader and extraction version, limits, packages: verdicts are only comparable under the same. */
  grading: gradingSchema,
  machine: fingerprintSchema,
  /** Answers to each task: 1 where decoding is greedy. */
  samples: z.int().positive(),
  passAt1: passRateSchema,
  /** How many of a task's answers passed, by the task's id, in the data set's order. */
  passed: z.record(z.string(), z.int().nonnegative()),
  /** Median TPOT by task in milliseconds, from the latency pass; absent without one. */
  tpotMs: z.record(z.string(), z.number().positive()).optional(),
  /** sha256 of the keys of the verdicts: the same records are never compared with themselves. */
  recordsSha256: sha256Schema,
});
export type Baseline = z.infer<typeof baselineSchema>;
