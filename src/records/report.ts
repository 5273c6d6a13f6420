import { z } from 'zod';
import { stopReasonSchema } from './completion.ts';
import { modelRecordSchema, provenanceSchema, sha256Schema } from './model.ts';
import { decodeSchema, engineSettingsSchema, promptStyleSchema } from './plan.ts';
import { fingerprintSchema, sandboxRecordSchema } from './run-header.ts';
import { failureCauseSchema } from './verdict.ts';

/** Stands where a figure would, with the reason why there is none. */
export const notRunSchema = z.object({ notRun: z.string() });

/** A pass rate over tasks, one sample a task, with Wilson's 95 % interval. */
export const passRateSchema = z.object({
  passed: z.int().nonnegative(),
  total: z.int().positive(),
  estimate: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
});

/** How a cell's answers were made. Throughput of many sequences at once: no latency figure. */
export const generationReportSchema = z.object({
  /** New tokens a second over all sequences, prompts and gaps included. */
  tokensPerSecond: z.number(),
  newTokens: z.int(),
  promptTokens: z.int(),
  /** Milliseconds, loading left out; summed over the sessions. */
  wallMs: z.number(),
  /** Milliseconds of the last session's loading. */
  loadMs: z.number(),
  peakRssBytes: z.int(),
  parallel: z.int(),
  contextSize: z.int(),
  threads: z.int(),
  threadsChosenBy: z.string(),
  backend: z.string(),
  systemInfo: z.string(),
  /** Engine processes that it took: more than one for a resumed run. */
  sessions: z.int().positive(),
});

export const cellReportSchema = z.object({
  id: z.string(),
  model: z.string(),
  quantization: z.string(),
  decode: decodeSchema,
  prompt: promptStyleSchema,
  maxTokens: z.int().positive(),
  settings: engineSettingsSchema,
  provenance: provenanceSchema,
  file: modelRecordSchema.shape.file,
  passAt1: z.union([passRateSchema, notRunSchema]),
  /** Tasks without a verdict for a reason that is not the model's. */
  infrastructure: z.int().nonnegative(),
  /** Tasks that have not been reached. */
  pending: z.int().nonnegative(),
  failures: z.partialRecord(failureCauseSchema, z.int()),
  stopReasons: z.partialRecord(stopReasonSchema, z.int()),
  generation: z.union([generationReportSchema, notRunSchema]),
});
export type CellReport = z.infer<typeof cellReportSchema>;

/** The one summary that every format renders; report.json is its JSON. */
export const reportSchema = z.object({
  version: z.literal(1),
  /**
   * `complete`: every task of the data set has a verdict. `partial`: every task asked for has one,
   * but not the whole data set was asked. `incomplete`: verdicts are owed.
   */
  status: z.enum(['complete', 'partial', 'incomplete']),
  planHash: sha256Schema,
  startedAt: z.iso.datetime(),
  dataset: z.object({
    name: z.string(),
    sha256: sha256Schema,
    tasks: z.int().positive(),
    total: z.int().positive(),
  }),
  cells: z.array(cellReportSchema),
  versions: z.object({
    evalkit: z.string(),
    engine: z.string(),
    llamaCpp: z.string(),
    node: z.string(),
    python: z.string(),
    grader: z.string(),
    extraction: z.string(),
  }),
  machine: fingerprintSchema,
  sandbox: sandboxRecordSchema.extend({
    timeoutMs: z.int(),
    memoryBytes: z.int(),
    answerBytes: z.int(),
    packages: z.array(z.string()),
  }),
  /** What a reader must know before trusting a figure. */
  warnings: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;
