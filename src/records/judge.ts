import { z } from 'zod';
import { sha256Schema } from './model.ts';
import { gradingSchema } from './grading.ts';
import { suiteRecordSchema } from './plan.ts';
import { fingerprintSchema } from './fingerprint.ts';
import { sandboxRecordSchema } from './run-header.ts';
import { hasTask, partsOfRunSchema, shardSchema } from './shard.ts';
import { outcomeSchema } from './verdict.ts';

/** What is judged, against what, by which rules: all that decides the verdicts on a file of samples. */
export const judgePlanSchema = z.object({
  version: z.literal(2),
  samples: z.object({
    /** The file's own name. */
    name: z.string(),
    /** Of the text, unpacked. */
    sha256: sha256Schema,
    count: z.int().positive(),
  }),
  dataset: z.object({
    suite: suiteRecordSchema,
    /** For people. */
    name: z.string(),
    sha256: sha256Schema,
    /** How many tasks the data set has. */
    total: z.int().positive(),
  }),
  /** Without `extraction` samples are judged as they stand: nothing is taken out of them. */
  grading: gradingSchema.partial({ extraction: true }),
  /** Tasks that the sandbox cannot judge; that many samples of them have no verdict. */
  unsupported: z.array(
    z.object({ taskId: z.string(), reason: z.string(), samples: z.int().nonnegative() }),
  ),
});
export type JudgePlan = z.infer<typeof judgePlanSchema>;

/** First thing in a folder of verdicts on samples. */
export const judgeHeaderSchema = z.object({
  version: z.literal(2),
  kind: z.literal('judge'),
  evalkit: z.string(),
  planHash: sha256Schema,
  plan: judgePlanSchema,
  fingerprint: fingerprintSchema,
  sandbox: sandboxRecordSchema,
  /**
   * Where the tests' random draws begin: a secret while the run lasts, recorded so that verdicts can
   * be repeated. Absent in runs from before there was one.
   */
  testSeed: z.string().optional(),
  startedAt: z.iso.datetime(),
  /** The command that began it, as a shell takes it; absent in older runs. */
  command: z.string().optional(),
  /** Which pass@k the last command asked for. */
  k: z.array(z.int().positive()),
  /** Where the last command wrote a line for each sample, as it was typed. */
  output: z.string(),
  ...partsOfRunSchema.shape,
  /** Which part of the samples these verdicts are on; `samples`: how many of the file are in it. */
  shard: shardSchema.extend({ samples: z.int().nonnegative() }).optional(),
});
export type JudgeHeader = z.infer<typeof judgeHeaderSchema>;

/** How many samples a run or a shard has, and how many of them are of tasks that cannot be judged. */
export function countSamples(header: JudgeHeader): {
  readonly all: number;
  readonly unsupported: number;
} {
  const { plan, shard } = header;
  const own = plan.unsupported.filter(({ taskId }) => hasTask(header, taskId));
  return {
    all: shard?.samples ?? plan.samples.count,
    unsupported: own.reduce((sum, { samples }) => sum + samples, 0),
  };
}

/** The verdict on one sample. The plan names the file, so that its place in it is its key. */
export const judgedSampleSchema = z.object({
  version: z.literal(2),
  /** Which sample of the file, from 0; empty lines do not count. */
  sample: z.int().nonnegative(),
  taskId: z.string(),
  outcome: outcomeSchema,
  /** By part of the task's test, where it has several. */
  parts: z.record(z.string(), outcomeSchema).optional(),
  /** Milliseconds that judging took. */
  judgingMs: z.int().nonnegative().optional(),
  /** The code that was taken out of an answer, cut short; absent: none was taken. */
  extracted: z.string().optional(),
});
export type JudgedSample = z.infer<typeof judgedSampleSchema>;
