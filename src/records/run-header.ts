import { z } from 'zod';
import { fingerprintSchema } from './fingerprint.ts';
import { sha256Schema } from './model.ts';
import { planSchema } from './plan.ts';
import { partsOfRunSchema } from './shard.ts';

/** The sandbox as its probes found it, for the reader: what decides verdicts stands in the plan. */
export const sandboxRecordSchema = z.object({
  level: z.string(),
  /** Why it is no higher level, as `L3: bwrap is not on the path`. */
  missed: z.array(z.string()),
  mechanisms: z.array(z.string()),
  /** What samples tried in the probes, and whether it was denied. */
  denials: z.array(z.object({ name: z.string(), isDenied: z.boolean() })),
  /** What samples may use beyond the bare language, in words, as `standard library only`. */
  allowed: z.string(),
});
export type SandboxRecord = z.infer<typeof sandboxRecordSchema>;

/** First thing in a run's folder. */
export const runHeaderSchema = z.object({
  version: z.literal(2),
  kind: z.literal('humaneval'),
  evalkit: z.string(),
  planHash: sha256Schema,
  plan: planSchema,
  fingerprint: fingerprintSchema,
  sandbox: sandboxRecordSchema,
  /**
   * Where the tests' random draws begin: a secret while the run lasts, recorded so that verdicts can
   * be repeated. Absent in runs from before there was one.
   */
  testSeed: z.string().optional(),
  startedAt: z.iso.datetime(),
  /** The command that began it, as a shell takes it; absent in older runs, and where none was typed. */
  command: z.string().optional(),
  ...partsOfRunSchema.shape,
});
export type RunHeader = z.infer<typeof runHeaderSchema>;
