import { z } from 'zod';
import { overlapReportSchema } from './overlap-report.ts';
import { stopReasonSchema } from './completion.ts';
import { earlyStopSchema } from './early-stop.ts';
import { generationReportSchema } from './generation-report.ts';
import { gradingLimitsSchema } from './grading.ts';
import { modelRecordSchema, provenanceSchema, sha256Schema } from './model.ts';
import { latencyReportSchema } from './latency-report.ts';
import { notRunSchema } from './not-run.ts';
import { pairedReportSchema } from './paired.ts';
import { textPlanSchema } from './perplexity.ts';
import { decodeSchema } from './decode.ts';
import {
  notRunRowSchema,
  plannedSettingsSchema,
  promptStyleSchema,
  suiteRecordSchema,
  taskSampleSchema,
} from './plan.ts';
import { fingerprintSchema } from './fingerprint.ts';
import { sandboxRecordSchema } from './run-header.ts';
import { partsOfRunSchema, shardSchema } from './shard.ts';
import { failureCauseSchema } from './verdict.ts';

/**
 * A pass rate with its 95 % interval: `passed` of `total` completions, `samples` of each task.
 * Tasks are the units: Wilson's interval where `samples` is 1, else a bootstrap over tasks.
 */
export const passRateSchema = z.object({
  passed: z.int().nonnegative(),
  total: z.int().positive(),
  samples: z.int().positive(),
  estimate: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
});

/** pass@k as the mean over tasks, with its 95 % interval. */
export const passAtKSchema = z.object({
  k: z.int().positive(),
  tasks: z.int().positive(),
  estimate: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
});

/** A measured figure: `n` raw values, their spread, and a 95 % interval of the median. */
export const figureSchema = z.object({
  n: z.int().positive(),
  mean: z.number(),
  median: z.number(),
  /** `null` for a single value, which says nothing about its own spread. */
  ci95: z.tuple([z.number(), z.number()]).nullable(),
  /** Sample standard deviation; absent for a single value. */
  sd: z.number().nonnegative().optional(),
  min: z.number(),
  max: z.number(),
});
export type Figure = z.infer<typeof figureSchema>;

/** A ratio to the reference cell over `n` paired prompts, with its 95 % interval. */
export const ratioSchema = z.object({
  n: z.int().positive(),
  estimate: z.number(),
  ci95: z.tuple([z.number(), z.number()]),
});
export type Ratio = z.infer<typeof ratioSchema>;

/** Speed-ups against the reference cell: reference time over this cell's, above 1 is faster. */
export const speedupSchema = z.object({
  reference: z.string(),
  ttft: z.union([ratioSchema, notRunSchema]),
  tpot: z.union([ratioSchema, notRunSchema]),
});

/** What drafting did over a cell's completions. */
export const draftReportSchema = z.object({
  /** Completions that the counts are summed over. */
  n: z.int().positive(),
  drafted: z.int().nonnegative(),
  accepted: z.int().nonnegative(),
  /** Accepted over drafted; `null` where nothing was drafted. */
  acceptanceRate: z.number().nullable(),
  /** New tokens a pass of the target, the prompt's passes included. */
  tokensPerPass: z.number(),
  /** The draft model's memory: resident set after it was loaded and first used, less before. */
  rssBytes: z.int().optional(),
  /** Speed-up of TPOT over the greedy cell of the same model and caches. */
  tpotOverGreedy: z.union([ratioSchema, notRunSchema]),
});

/** Where a mode that is meant to repeat greedy decoding gave other completions, task by task. */
export const agreementSchema = z.object({
  /** The greedy cell of the same model and caches. */
  reference: z.string(),
  /** Tasks with a completion in both. */
  n: z.int().positive(),
  /** Those whose tokens differ; `token` is the index of the first different one. */
  differing: z.array(z.object({ taskId: z.string(), token: z.int().nonnegative() })),
});

/** A 95 % interval; `null` where a single unit says nothing about its own spread. */
const interval95Schema = z.tuple([z.number(), z.number()]).nullable();

/** Perplexity of a cell on a text; micro is the figure: exp of the mean NLL over scored tokens. */
export const perplexityReportSchema = z.object({
  /** `rows`: each row by itself; `llama-cpp`: one text in windows, second halves scored. */
  method: z.enum(['rows', 'llama-cpp']),
  micro: z.number(),
  /** Arithmetic mean of the rows' perplexities; absent where the rows are one text. */
  macro: z.number().optional(),
  /** Of `micro`, by the bootstrap over rows, or over windows where the rows are one text. */
  ci95: interval95Schema,
  /** Scored ones. */
  tokens: z.int().positive(),
  rows: z.int().positive(),
  windows: z.int().positive(),
  /** Over the bytes of the scored tokens; `null` where they stand for none. */
  bitsPerByte: z.number().nullable(),
  /** The file that the rows come from, and which field of them. */
  text: textPlanSchema,
  /** Tokens of a window, and how far apart windows of a row begin. */
  window: z.int().positive(),
  stride: z.int().positive().optional(),
  /** Whether the model asks for a BOS before a text. */
  bos: z.boolean(),
});
export type PerplexityReport = z.infer<typeof perplexityReportSchema>;

/** A mean over tokens with its interval. */
export const meanSchema = z.object({ estimate: z.number(), ci95: interval95Schema });

/** A cell's distributions against the reference cell's, over the same tokens. */
export const divergenceReportSchema = z.object({
  reference: z.string(),
  tokens: z.int().positive(),
  rows: z.int().positive(),
  /** Mean NLL of this cell less the reference's, paired, in nats a token. */
  nllDifference: meanSchema,
  /** Share of tokens where both find the same token likeliest. */
  top1Agreement: meanSchema,
  /** Kullback-Leibler divergence from the reference in nats a token: a lower bound. */
  kl: z
    .object({
      mean: z.number(),
      ci95: interval95Schema,
      median: z.number(),
      p99: z.number(),
      max: z.number(),
      /** Mean share of the reference's probability that the stored logits hold, 0 to 1. */
      coverage: z.number(),
      /** How many of the reference's likeliest tokens are stored. */
      top: z.int().positive(),
    })
    .optional(),
});
export type DivergenceReport = z.infer<typeof divergenceReportSchema>;

export const cellReportSchema = z.object({
  id: z.string(),
  /** Absent in a cell that stands for a model. */
  role: z.literal('noise-floor').optional(),
  model: z.string(),
  quantization: z.string(),
  decode: decodeSchema,
  prompt: promptStyleSchema,
  maxTokens: z.int().positive(),
  parallel: z.int().positive(),
  ...plannedSettingsSchema.pick({ settings: true, settingsText: true, isRounded: true }).shape,
  provenance: provenanceSchema,
  weights: modelRecordSchema.shape.weights,
  /** What the file holds; absent for a type that is new to us, and in runs of earlier versions. */
  tensors: modelRecordSchema.shape.tensors,
  passAt1: z.union([passRateSchema, notRunSchema]),
  /** By k, as typed in `--k`. */
  passAtK: z.record(z.string(), z.union([passAtKSchema, notRunSchema])),
  /**
   * By part of the tests, as `base` and `plus`, where they have several; the last is the headline.
   */
  parts: z
    .record(
      z.string(),
      z.object({
        passAt1: z.union([passRateSchema, notRunSchema]),
        passAtK: z.record(z.string(), z.union([passAtKSchema, notRunSchema])),
      }),
    )
    .optional(),
  /** Absent in the reference cell itself, and in summaries of earlier versions. */
  paired: z.union([pairedReportSchema, notRunSchema]).optional(),
  /** Completions without a verdict for a reason that is not the model's. */
  infrastructure: z.int().nonnegative(),
  /** Completions that have not been reached. */
  pending: z.int().nonnegative(),
  /** Timings of the latency pass that are still missing. */
  timingsMissing: z.int().nonnegative(),
  /** Present where a rule ended the cell early; `pending` are then the tasks it left out. */
  stopped: earlyStopSchema.pick({ verdict: true, judged: true, savedTokens: true }).optional(),
  failures: z.partialRecord(failureCauseSchema, z.int()),
  stopReasons: z.partialRecord(stopReasonSchema, z.int()),
  generation: z.union([generationReportSchema, notRunSchema]),
  /**
   * From the latency pass, batch of one; milliseconds. The values are tasks, each with the median
   * of its repeats.
   */
  ttftMs: z.union([figureSchema, notRunSchema]),
  tpotMs: z.union([figureSchema, notRunSchema]),
  prefillTokensPerSecond: z.union([figureSchema, notRunSchema]),
  decodeTokensPerSecond: z.union([figureSchema, notRunSchema]),
  loadMs: z.union([z.number(), notRunSchema]),
  peakRssBytes: z.union([z.int(), notRunSchema]),
  fileBytes: z.union([z.int(), notRunSchema]),
  speedup: z.union([speedupSchema, notRunSchema]),
  /** Absent where the mode drafts nothing. */
  draft: z.union([draftReportSchema, notRunSchema]).optional(),
  /** Absent where the mode is not meant to repeat greedy decoding. */
  agreement: z.union([agreementSchema, notRunSchema]).optional(),
  /** Absent in the reference cell itself, where tokens are drawn, and in older reports. */
  overlap: z.union([overlapReportSchema, notRunSchema]).optional(),
  /** Whose completions it read along with, where it was to; absent: it was not. */
  replay: z.union([z.object({ reference: z.string() }), notRunSchema]).optional(),
  perplexity: z.union([perplexityReportSchema, notRunSchema]),
  /** Absent in the reference cell itself. */
  divergence: z.union([divergenceReportSchema, notRunSchema]).optional(),
});
export type CellReport = z.infer<typeof cellReportSchema>;

/** The one summary that every format renders; report.json is its JSON. */
export const reportSchema = z.object({
  version: z.literal(1),
  /**
   * `complete`: every task of the data set has a verdict. `partial`: every task asked for has one,
   * but not the whole data set was asked. `incomplete`: verdicts or timings are missing. `stopped by
   * rule`: the gate's verdict on a cell was certain before all tasks were asked. `shard`: nothing is
   * missing of a shard, which is no whole run.
   */
  status: z.enum(['complete', 'partial', 'incomplete', 'stopped by rule', 'shard']),
  ...partsOfRunSchema.shape,
  /** `tasks`: how many of `dataset.tasks` the shard has. */
  shard: shardSchema.extend({ tasks: z.int().nonnegative() }).optional(),
  planHash: sha256Schema,
  startedAt: z.iso.datetime(),
  /** The command that makes the run again; absent where it is not recorded. */
  command: z.string().optional(),
  dataset: z.object({
    suite: suiteRecordSchema,
    name: z.string(),
    sha256: sha256Schema,
    tasks: z.int().positive(),
    total: z.int().positive(),
    sample: taskSampleSchema.optional(),
  }),
  /** The cell that others are compared with: the nearest to the original weights by provenance. */
  reference: z.string(),
  latency: z.union([latencyReportSchema, notRunSchema]),
  cells: z.array(cellReportSchema),
  /** Rows that this machine or version cannot fill. */
  notRun: z.array(notRunRowSchema),
  versions: z.object({
    evalkit: z.string(),
    engine: z.string(),
    node: z.string(),
    runtime: z.string(),
    grader: z.string(),
    extraction: z.string(),
  }),
  machine: fingerprintSchema,
  sandbox: sandboxRecordSchema.extend(gradingLimitsSchema.shape),
  /** What a reader must know before trusting a figure. */
  warnings: z.array(z.string()),
});
export type Report = z.infer<typeof reportSchema>;
