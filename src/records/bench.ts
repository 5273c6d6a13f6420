import { z } from 'zod';
import { loadAuditSchema } from './load-audit.ts';
import { modelRecordSchema, sha256Schema } from './model.ts';
import { engineIdentitySchema, engineSettingsSchema, notRunRowSchema } from './plan.ts';
import { notRunSchema } from './not-run.ts';
import { figureSchema, ratioSchema } from './report.ts';
import { fingerprintSchema } from './fingerprint.ts';

/** What one cell of the grid does over and over. */
export const benchWorkSchema = z.discriminatedUnion('kind', [
  /** `batch` prompts of `promptTokens` tokens each, then `newTokens` more for each of them. */
  z.object({
    kind: z.literal('minibatch'),
    batch: z.int().positive(),
    promptTokens: z.int().positive(),
    newTokens: z.int().positive(),
  }),
  /**
   * Of a served model: `requests` requests, `parallel` of them at once to each server, for `newTokens` tokens
   * at most.
   */
  z.object({
    kind: z.literal('requests'),
    parallel: z.int().positive(),
    requests: z.int().positive(),
    newTokens: z.int().positive(),
  }),
  /** One completion of `newTokens` tokens to the prompt of a task, end tokens ignored. */
  z.object({ kind: z.literal('answer'), taskId: z.string(), newTokens: z.int().positive() }),
]);
export type BenchWork = z.infer<typeof benchWorkSchema>;

/** One cell of the grid, and all that is meant to decide its time on a given machine. */
export const benchCellSchema = z.object({
  /** Unique in the grid, as `qwen2.5-coder-0.5b:q8_0/batch 2/context 512/flash on`. */
  id: z.string(),
  model: modelRecordSchema,
  work: benchWorkSchema,
  settings: engineSettingsSchema,
  settingsText: z.string(),
  /** Where other software than the plan's computes it. */
  engine: engineIdentitySchema.optional(),
  /** The cell whose seconds are held over this one's, and what the ratio tells of. */
  over: z.object({ cell: z.string(), what: z.string() }).optional(),
  /** Why no model can have these settings: the cell stands in the grid and is not run. */
  impossible: z.string().optional(),
});
export type BenchCell = z.infer<typeof benchCellSchema>;

/** A grid as data: what `--dry-run` prints. */
export const benchPlanSchema = z.object({
  version: z.literal(1),
  engine: engineIdentitySchema,
  cells: z.array(benchCellSchema).min(1),
  /** Minibatches before the timed ones. */
  warmup: z.int().nonnegative(),
  /** Timed minibatches. */
  repeats: z.int().positive(),
  /** `null`: the engine's rule. */
  threads: z.int().positive().nullable(),
  /** Highest resident set of a cell's process; `null`: what the machine has. */
  memoryBytes: z.int().positive().nullable(),
  /** A cell that is estimated to take longer, or does, is left. */
  cellTimeoutMs: z.int().positive(),
  /** Rows of a table that this machine or version cannot fill, each with its reason. */
  notRun: z.array(notRunRowSchema),
});
export type BenchPlan = z.infer<typeof benchPlanSchema>;

/** One timed minibatch, in milliseconds. */
export const minibatchSchema = z.object({
  prefillMs: z.number().nonnegative(),
  /** Of a served model the whole round, since a server does not tell its phases apart. */
  decodeMs: z.number().nonnegative(),
  /** Of a served model: what the round came to. */
  round: z
    .object({
      requests: z.int().positive(),
      promptTokens: z.int().nonnegative(),
      newTokens: z.int().nonnegative(),
    })
    .optional(),
});

/** How a cell ended. All but `failed` is a result and is not tried again. */
export const benchOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('measured'),
    loadMs: z.number(),
    peakRssBytes: z.int().optional(),
    /** Absent: the engine does not tell. */
    threads: z.int().positive().optional(),
    backend: z.string().optional(),
    audit: loadAuditSchema.optional(),
    /** Tokens of each prompt. */
    promptTokens: z.int().positive(),
    minibatches: z.array(minibatchSchema).min(1),
  }),
  z.object({ kind: z.literal('oom'), detail: z.string() }),
  /** The engine can do no such thing with this model. */
  z.object({ kind: z.literal('refused'), detail: z.string() }),
  /** Not tried: it would have taken too long. */
  z.object({ kind: z.literal('skipped'), estimateMs: z.number() }),
  /** Given up when its time was over. */
  z.object({ kind: z.literal('timeout'), afterMs: z.number() }),
  z.object({ kind: z.literal('failed'), detail: z.string() }),
]);
export type BenchOutcome = z.infer<typeof benchOutcomeSchema>;

/** One cell's result; the last line of a key counts. */
export const benchResultSchema = z.object({
  version: z.literal(1),
  key: sha256Schema,
  cell: z.string(),
  outcome: benchOutcomeSchema,
});
export type BenchResult = z.infer<typeof benchResultSchema>;

/** First thing in a grid's folder. */
export const benchHeaderSchema = z.object({
  version: z.literal(2),
  kind: z.literal('bench'),
  evalkit: z.string(),
  planHash: sha256Schema,
  plan: benchPlanSchema,
  fingerprint: fingerprintSchema,
  startedAt: z.iso.datetime(),
  /** The command that began it, as a shell takes it; absent in older runs. */
  command: z.string().optional(),
});
export type BenchHeader = z.infer<typeof benchHeaderSchema>;

export const benchCellReportSchema = z.object({
  id: z.string(),
  model: z.string(),
  quantization: z.string(),
  work: benchWorkSchema,
  settings: engineSettingsSchema,
  settingsText: z.string(),
  /** Where other software than the report's computed it. */
  engine: engineIdentitySchema.optional(),
  /** Seconds a minibatch, prefill and decoding. */
  seconds: z.union([figureSchema, notRunSchema]),
  prefillTokensPerSecond: z.union([figureSchema, notRunSchema]),
  decodeTokensPerSecond: z.union([figureSchema, notRunSchema]),
  /** Of a served model. */
  requestsPerSecond: figureSchema.optional(),
  loadMs: z.union([z.number(), notRunSchema]),
  peakRssBytes: z.union([z.int(), notRunSchema]),
  outcome: benchOutcomeSchema.optional(),
});
export type BenchCellReport = z.infer<typeof benchCellReportSchema>;

/** The one summary of a grid that every format renders. */
export const benchReportSchema = z.object({
  version: z.literal(1),
  status: z.enum(['complete', 'incomplete']),
  planHash: sha256Schema,
  startedAt: z.iso.datetime(),
  engine: engineIdentitySchema,
  evalkit: z.string(),
  machine: fingerprintSchema,
  /** The command that makes it again; absent where it is not recorded. */
  command: z.string().optional(),
  warmup: z.int(),
  repeats: z.int(),
  cells: z.array(benchCellReportSchema),
  /** Seconds of the cell `over` over seconds of `cell`: above 1 is faster. */
  speedups: z.array(
    z.object({
      cell: z.string(),
      over: z.string(),
      /** As `flash attention over plain`. */
      what: z.string(),
      speedup: z.union([ratioSchema, notRunSchema]),
    }),
  ),
  notRun: benchPlanSchema.shape.notRun,
  warnings: z.array(z.string()),
});
export type BenchReport = z.infer<typeof benchReportSchema>;
