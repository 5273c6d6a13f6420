import { z } from 'zod';
import { gradingLimitsSchema } from './grading.ts';
import { sha256Schema } from './model.ts';
import { suiteRecordSchema } from './plan.ts';
import { notRunSchema } from './not-run.ts';
import { passAtKSchema } from './report.ts';
import { sandboxRecordSchema } from './run-header.ts';
import { partsOfRunSchema, shardSchema } from './shard.ts';

/** What `evalkit judge` sums up: what `--json` prints. */
export const judgeReportSchema = z.object({
  version: z.literal(1),
  /** `shard`: nothing is missing of a shard, which is no whole run. */
  status: z.enum(['complete', 'incomplete', 'shard']),
  ...partsOfRunSchema.shape,
  /** `samples`: how many of the file's are in the shard. */
  shard: shardSchema.extend({ samples: z.int().nonnegative() }).optional(),
  /** The file of samples. */
  name: z.string(),
  planHash: sha256Schema,
  dataset: z.object({
    suite: suiteRecordSchema,
    name: z.string(),
    sha256: z.string(),
    tasks: z.int(),
    /** Tasks with at least one verdict. */
    judged: z.int(),
  }),
  samples: z.int(),
  /** Where the line for each sample stands. */
  output: z.string(),
  passAtK: z.record(z.string(), z.union([passAtKSchema, notRunSchema])),
  /** By part of the tests, as `base` and `plus`, where they have several; the last is the headline. */
  parts: z
    .record(
      z.string(),
      z.object({ passAtK: z.record(z.string(), z.union([passAtKSchema, notRunSchema])) }),
    )
    .optional(),
  /** Samples by cause, `passed` among them. */
  causes: z.record(z.string(), z.int()),
  infrastructure: z.int(),
  /** Samples that failed for want of a package that they may not import, by its name. */
  missingPackages: z.record(z.string(), z.int()).optional(),
  unsupported: z.array(z.object({ taskId: z.string(), reason: z.string() })),
  sandbox: sandboxRecordSchema.extend(gradingLimitsSchema.shape),
  /** Where the tests' random draws began; absent in runs from before there was one. */
  testSeed: z.string().optional(),
  versions: z.object({
    evalkit: z.string(),
    node: z.string(),
    runtime: z.string(),
    grader: z.string(),
    /** Of the rules by which code was taken out of answers; absent: samples as they stand. */
    extraction: z.string().optional(),
  }),
});
export type JudgeReport = z.infer<typeof judgeReportSchema>;
