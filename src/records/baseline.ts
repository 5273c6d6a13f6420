import { z } from 'zod';
import { gateLimitsSchema } from './gate-limits.ts';
import { sha256Schema } from './model.ts';
import { gradingSchema } from './grading.ts';
import { cellPlanSchema } from './plan.ts';
import { noiseFloorSchema } from './comparison.ts';
import { passRateSchema } from './report.ts';
import { fingerprintSchema } from './fingerprint.ts';
import { samplesOf } from './decode.ts';

/**
 * A cell's verdicts in a small file for a repository: what later candidates are held against. It
 * comes from one complete run; the completions themselves are not in it.
 */
const baselineFields = z.object({
  kind: z.literal('evalkit-baseline'),
  version: z.literal(2),
  /** The evalkit that measured. */
  evalkit: z.string(),
  /** Here, so that a loosened limit shows as a change of this file. */
  limits: gateLimitsSchema,
  dataset: z.object({
    name: z.string(),
    sha256: sha256Schema,
    total: z.int().positive(),
  }),
  /**
   * The cell whole: weights with checksum and provenance, decoding, wording, stops, cap, settings.
   */
  cell: cellPlanSchema,
  /** Grader and extraction version, limits, packages: verdicts are only comparable under the same. */
  grading: gradingSchema,
  machine: fingerprintSchema,
  /** The part of the tests whose passes are counted; absent where tests have none. */
  metric: z.string().optional(),
  /** Completions of each task: 1 where decoding is greedy. */
  samples: z.int().positive(),
  passAt1: passRateSchema,
  /** How many of a task's completions passed, by the task's id, in the data set's order. */
  passed: z.record(z.string(), z.int().nonnegative()),
  /** Median TPOT by task in milliseconds, from the latency pass; absent without one. */
  tpotMs: z.record(z.string(), z.number().positive()).optional(),
  /**
   * Tasks of the reference that flipped by themselves at another batch size, where that was
   * measured.
   */
  noiseFloor: noiseFloorSchema.optional(),
  /** sha256 of the keys of the verdicts: the same records are never compared with themselves. */
  recordsSha256: sha256Schema,
});
export type Baseline = z.infer<typeof baselineFields>;

/** A baseline whose figures agree with one another: a damaged one decides nothing. */
export const baselineSchema = baselineFields.superRefine((baseline, context) => {
  const problem = contradictionIn(baseline);
  if (problem !== undefined) {
    context.addIssue({ code: 'custom', message: problem });
  }
});

function contradictionIn({
  samples,
  passed,
  passAt1,
  dataset,
  cell,
  tpotMs = {},
}: Baseline): string | undefined {
  const counts = Object.entries(passed);
  const tooMany = counts.find(([, count]) => count > samples);
  if (tooMany !== undefined) {
    return `${tooMany[1]} of ${samples} completions of ${tooMany[0]} passed`;
  }
  if (counts.length !== dataset.total) {
    return `it has ${counts.length} of ${dataset.total} tasks`;
  }
  if (samples !== samplesOf(cell) || samples !== passAt1.samples) {
    return `its cell has ${samplesOf(cell)} completions a task, its pass rate ${passAt1.samples}, its verdicts ${samples}`;
  }
  const sum = counts.reduce((total, [, count]) => total + count, 0);
  if (sum !== passAt1.passed || passAt1.total !== samples * counts.length) {
    return `${sum} of ${samples * counts.length} completions passed, and its pass rate says ${passAt1.passed} of ${passAt1.total}`;
  }
  if (!(Math.abs(passAt1.estimate - sum / passAt1.total) < 1e-9)) {
    return `pass@1 is ${sum / passAt1.total}, and it says ${passAt1.estimate}`;
  }
  const stranger = Object.keys(tpotMs).find((taskId) => !Object.hasOwn(passed, taskId));
  return stranger === undefined ? undefined : `${stranger} has a time and no verdict`;
}
