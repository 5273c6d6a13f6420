import { z } from 'zod';
import { sha256Json } from './hash.ts';
import { modelRecordSchema, sha256Schema } from './model.ts';
import {
  type CellPlan,
  engineIdentitySchema,
  engineSettingsSchema,
  plannedSettingsSchema,
} from './plan.ts';
import { fingerprintSchema } from './fingerprint.ts';
import { partsOfRunSchema } from './shard.ts';

/** Where a text comes from: a file of the user's, or one of a hub data set at a commit. */
export const textSourceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), name: z.string() }),
  z.object({
    kind: z.literal('hub'),
    repo: z.string(),
    revision: z.string(),
    name: z.string(),
  }),
]);

/** The text that perplexity is measured on. */
export const textPlanSchema = z.object({
  source: textSourceSchema,
  /** Of the file, all of it. */
  sha256: sha256Schema,
  /** Which field of each row; absent for a plain text. */
  field: z.string().optional(),
  /** The field that stands before each row's and is not scored; absent: none does. */
  after: z.string().optional(),
  rows: z.int().positive(),
  /** How many rows were asked for, where the file had fewer. */
  askedRows: z.int().positive().optional(),
});
export type TextPlan = z.infer<typeof textPlanSchema>;

/**
 * What is scored, and with what before it.
 *
 * - `rows`: each row by itself, every token that has one before it. A row longer than `window` tokens
 *   is cut into windows that begin every `stride` tokens; each token is scored in the first that has it.
 * - `llama-cpp`: all rows as one text in windows that do not overlap; of each the second half is
 *   scored, and an incomplete last window is left out.
 */
export const perplexityMethodSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rows'),
    window: z.int().positive(),
    stride: z.int().positive(),
  }),
  z.object({ kind: z.literal('llama-cpp'), window: z.int().positive() }),
]);
export type PerplexityMethod = z.infer<typeof perplexityMethodSchema>;

/** A model × settings of its engine: how tokens are chosen plays no part. */
export const subjectSchema = z.object({
  /** Unique in the plan, as `qwen2.5-coder-0.5b:q8_0`. */
  id: z.string(),
  model: modelRecordSchema,
  engine: engineIdentitySchema,
  /** Those that decide the model's probabilities for a text. */
  settings: engineSettingsSchema,
  ...plannedSettingsSchema.pick({ variant: true, isRounded: true }).shape,
  /** Of the file's chat template, in a screen; absent: not looked at, or the file has none. */
  templateSha256: sha256Schema.optional(),
});
export type Subject = z.infer<typeof subjectSchema>;

/** What is scored, and what it is compared with. */
export const perplexityPlanSchema = z.object({
  version: z.literal(1),
  text: textPlanSchema,
  method: perplexityMethodSchema,
  subjects: z.array(subjectSchema).min(1),
  /** The subject that the others are compared with; absent for a single one. */
  reference: z.string().optional(),
  /** Likeliest tokens of the reference that are kept for KL divergence; 0: none is measured. */
  top: z.int().nonnegative(),
});
export type PerplexityPlan = z.infer<typeof perplexityPlanSchema>;

/** First thing in a folder of scores. */
export const perplexityHeaderSchema = z.object({
  version: z.literal(2),
  kind: z.literal('perplexity'),
  evalkit: z.string(),
  planHash: sha256Schema,
  plan: perplexityPlanSchema,
  fingerprint: fingerprintSchema,
  startedAt: z.iso.datetime(),
  /** The command that began it, as a shell takes it; absent in older runs. */
  command: z.string().optional(),
  ...partsOfRunSchema.shape,
});
export type PerplexityHeader = z.infer<typeof perplexityHeaderSchema>;

/** Stands in a header's place where there was no text to score. */
export const perplexityMissedSchema = z.object({ version: z.literal(2), notRun: z.string() });

/** The scores of one unit of text: a row, or a window of llama.cpp's method. Written once. */
export const scoreSchema = z.object({
  version: z.literal(1),
  key: sha256Schema,
  subject: z.string(),
  /** Number of the unit from 0, and how many units the text has. */
  unit: z.int().nonnegative(),
  of: z.int().positive(),
  windows: z.int().nonnegative(),
  /** sha256 of the scored token ids as JSON: equal ones can be paired. */
  tokensSha256: sha256Schema,
  /** Bytes of text that the scored tokens stand for. */
  bytes: z.int().nonnegative(),
  /** Whether a BOS stood before the unit's first token. */
  bos: z.boolean(),
  /** Negative log-likelihood of each scored token, in nats. */
  nlls: z.array(z.number()),
  /** The likeliest token at each place. */
  likeliest: z.array(z.int()),
  /** The reference's likeliest tokens, packed (see `packTop`). */
  top: z.string().optional(),
  /** Against the reference: a lower bound of KL divergence at each place, in nats. */
  kl: z.object({ values: z.array(z.number()), coverage: z.number() }).optional(),
});
export type Score = z.infer<typeof scoreSchema>;

/**
 * The key of one unit's scores: everything that is meant to decide them. A row is its number in its
 * file; a window of llama.cpp's method depends on how many rows were joined.
 */
export function scoreKey(plan: PerplexityPlan, subject: Subject, unit: number): string {
  const { text, method, top } = plan;
  const reference = plan.subjects.find(({ id }) => id === plan.reference);
  const isReference = reference?.id === subject.id;
  return sha256Json({
    version: 1,
    ...decidesScores(subject),
    method,
    text: text.sha256,
    field: text.field ?? null,
    ...(text.after === undefined ? {} : { after: text.after }),
    rows: method.kind === 'rows' ? null : text.rows,
    unit,
    top: reference === undefined ? 0 : top,
    reference:
      top === 0 || reference === undefined || isReference ? null : decidesScores(reference),
  });
}

/** Whether a cell's probabilities are the subject's: how its tokens are chosen plays no part. */
export function isSubjectOf(
  subject: Subject,
  { model, engine, scoreSettings }: Pick<CellPlan, 'model' | 'engine' | 'scoreSettings'>,
): boolean {
  return (
    scoreSettings !== undefined &&
    sha256Json(decidesScores(subject)) ===
      sha256Json(decidesScores({ model, engine, settings: scoreSettings }))
  );
}

function decidesScores({
  model,
  engine,
  settings,
}: Pick<Subject, 'model' | 'engine' | 'settings'>): object {
  return { model: model.weights.sha256, engine, settings };
}
