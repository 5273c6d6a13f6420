import { z } from 'zod';
import { decodeSchema } from './decode.ts';
import { gradingSchema } from './grading.ts';
import { modelRecordSchema, sha256Schema } from './model.ts';

/** When a completion ends before its token cap, beside the model's own end tokens. */
export const stopRuleSchema = z.discriminatedUnion('kind', [
  /** At the first of these strings in the completion; the string itself is cut off. */
  z.object({ kind: z.literal('sequences'), sequences: z.array(z.string().min(1)) }),
  /** After the closing fence of the first code block, as runs before `extract-2` stopped. */
  z.object({ kind: z.literal('fence'), open: z.boolean() }),
  /** After the closing fence of the first code block that defines the task's function. */
  z.object({
    kind: z.literal('definition'),
    /** The completion starts inside a block. */
    open: z.boolean(),
    /** What opens a thought, and what closes it: blocks inside are none of the completion's. */
    thoughts: z.array(z.tuple([z.string().min(1), z.string().min(1)])),
    /** Regular expression of what says nothing in a block: comments, texts. */
    blank: z.string(),
    /** Regular expression of a definition with a body; `{{name}}` in it is the function's name. */
    defines: z.string(),
  }),
]);
export type StopRule = z.infer<typeof stopRuleSchema>;

/** The wording of a task as the model is asked. */
export const promptStyleSchema = z.discriminatedUnion('mode', [
  /** The task's own text, to be continued. */
  z.object({ mode: z.literal('raw') }),
  /** A chat message: the instruction with the task in place of `{{prompt}}`. */
  z.object({
    mode: z.literal('chat'),
    /** Name and version of the wording, or `custom`. */
    wording: z.string(),
    instruction: z.string(),
    system: z.string().optional(),
    /** What the assistant's message is made to begin with; may be empty. */
    answerPrefix: z.string(),
  }),
]);
export type PromptStyle = z.infer<typeof promptStyleSchema>;

/** Settings in an engine's own words: only that engine reads them. */
export const engineSettingsSchema = z.record(z.string(), z.json());
export type EngineSettings = z.infer<typeof engineSettingsSchema>;

/**
 * What an engine is told beyond the model, and what the engine says of it to those who only report.
 */
export const plannedSettingsSchema = z.object({
  /** Part of every completion's key. */
  settings: engineSettingsSchema,
  /** Those of them that make a cell another candidate; the others are circumstances. */
  variant: engineSettingsSchema,
  /** Those that decide a model's probabilities for a text; absent: the engine gives none. */
  scoreSettings: engineSettingsSchema.optional(),
  settingsText: z.string(),
  /** True where they round what the engine's defaults keep, as a quantized cache does. */
  isRounded: z.boolean(),
});
export type PlannedSettings = z.infer<typeof plannedSettingsSchema>;

/** The engine's software; another version may compute other floats. */
export const engineIdentitySchema = z.object({
  name: z.string(),
  version: z.string(),
  /** Of what it is built on, by name. */
  versions: z.record(z.string(), z.string()),
});
export type EngineIdentity = z.infer<typeof engineIdentitySchema>;

/** One model × decoding mode, and all that decides its completions. */
export const cellPlanSchema = z.object({
  /** Unique in the plan, as `qwen2.5-coder-0.5b:q8_0/greedy`. */
  id: z.string(),
  model: modelRecordSchema,
  decode: decodeSchema,
  prompt: promptStyleSchema,
  stop: stopRuleSchema,
  maxTokens: z.int().positive(),
  seed: z.int(),
  /** Completions generated at once. */
  parallel: z.int().positive(),
  engine: engineIdentitySchema,
  ...plannedSettingsSchema.shape,
  /** By measure: why it cannot be taken of this cell. */
  notRun: z.record(z.string(), z.string()).optional(),
  /** Whose completions it reads along with; absent: it is decoded token by token. */
  replay: z
    .object({
      /** The cell's id. */
      reference: z.string(),
      /** `cellHash` of that cell: what decides its completions. */
      sha256: sha256Schema,
    })
    .optional(),
  /**
   * `noise-floor`: the reference again at another batch size, or read along with itself; no candidate and
   * no reference.
   */
  role: z.literal('noise-floor').optional(),
});
export type CellPlan = z.infer<typeof cellPlanSchema>;

/** A suite of tasks, as its name and the release of its data. */
export const suiteRecordSchema = z.object({
  /** As it is called on the command line; of a data set of the user's own, the file's name. */
  name: z.string(),
  version: z.string(),
});

/** How tasks were drawn at random: from so many, by this seed. */
export const taskSampleSchema = z.object({
  seed: z.int().nonnegative(),
  of: z.int().positive(),
});
export type TaskSample = z.infer<typeof taskSampleSchema>;

/** Which data set, and which of its tasks. */
export const datasetPlanSchema = z.object({
  suite: suiteRecordSchema,
  /** For people. */
  name: z.string(),
  sha256: sha256Schema,
  taskIds: z.array(z.string()).min(1),
  /** How many tasks the data set has: fewer in `taskIds` makes the run partial. */
  total: z.int().positive(),
  /** Present where the tasks are a random sample. */
  sample: taskSampleSchema.optional(),
  /** Parts of each task's test, where it has several; the last is the headline. */
  parts: z.array(z.string()).optional(),
});

/** The latency pass: batch of one, sandbox idle, cells interleaved. */
export const latencyPlanSchema = z.object({
  taskIds: z.array(z.string()).min(1),
  /** How often each task is timed, the warm-up not counted. */
  repeats: z.int().positive(),
  /** Cap on the tokens of a timed completion. */
  maxTokens: z.int().positive(),
});
export type LatencyPlan = z.infer<typeof latencyPlanSchema>;

/** A row of a table that cannot be filled, as `INT8, SmoothQuant, IPEX`, and why. */
export const notRunRowSchema = z.object({ id: z.string(), reason: z.string() });
export type NotRunRow = z.infer<typeof notRunRowSchema>;

/** A run as data: what `--dry-run` prints and what a run's identity is made from. */
export const planSchema = z.object({
  version: z.literal(1),
  dataset: datasetPlanSchema,
  cells: z.array(cellPlanSchema).min(1),
  grading: gradingSchema,
  /** Which pass@k are reported beside pass@1. */
  k: z.array(z.int().positive()).optional(),
  /** Absent: no latency pass. */
  latency: latencyPlanSchema.optional(),
  /** Rows of a table that this machine or version cannot fill, each with its reason. */
  notRun: z.array(notRunRowSchema).optional(),
});
export type Plan = z.infer<typeof planSchema>;
