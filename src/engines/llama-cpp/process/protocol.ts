import { z } from 'zod';
import { stopReasonSchema } from '../../../records/completion.ts';
import { draftCostsSchema } from '../../../records/draft-costs.ts';
import { sha256Schema } from '../../../records/model.ts';
import { decodeSchema } from '../../../records/decode.ts';
import { threadUseSchema } from '../../../records/thread-use.ts';
import { stopRuleSchema } from '../../../records/plan.ts';
import { noteSchema, refusalSchemas } from '../../process/engine-process.ts';
import { llamaSettingsSchema } from '../settings.ts';
import { draftCountsSchema } from '../../../records/draft-counts.ts';

const promptSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({
    kind: z.literal('chat'),
    // The transform makes the key a required one, as in the contract; its value may be `undefined`.
    system: z
      .string()
      .optional()
      .transform((text) => text),
    user: z.string(),
    answerPrefix: z.string(),
  }),
]);

const generationRequestSchema = z.object({
  id: z.string(),
  prompt: promptSchema,
  maxTokens: z.int().positive(),
  stop: stopRuleSchema,
  decode: decodeSchema,
  seed: z.int(),
});

const referenceSchema = z.object({
  text: z.string(),
  tokens: z.array(z.int()).readonly().optional(),
});

/** What is known of a model once it is loaded. */
const sessionInfoSchema = z.object({
  loadMs: z.number(),
  process: z.object({
    threads: z.int().positive(),
    threadsChosenBy: z.string(),
    backend: z.string(),
    systemInfo: z.string(),
  }),
  trainContextSize: z.int().positive(),
  hasChatTemplate: z.boolean(),
});

export type LlamaInfo = z.infer<typeof sessionInfoSchema>;

const generationStatsSchema = z.object({
  wallMs: z.number(),
  promptTokens: z.int(),
  newTokens: z.int(),
  peakRssBytes: z.int(),
  cpuMs: z.number(),
  threadUse: z.array(threadUseSchema),
  draftCosts: draftCostsSchema.optional(),
});

export type LlamaStats = z.infer<typeof generationStatsSchema>;

const passSchema = z.object({
  promptTokens: z.int().nonnegative(),
  newTokens: z.int().nonnegative(),
  fillers: z.int().nonnegative(),
  ms: z.number(),
});

const memoryNeedSchema = z.object({
  weightBytes: z.number(),
  cacheBytes: z.number(),
  bufferBytes: z.number(),
  totalBytes: z.number(),
});

const benchmarkResultSchema = z.object({
  prefillMs: z.number(),
  decodeMs: z.number(),
  peakRssBytes: z.int(),
  contextSize: z.int().positive(),
  memory: memoryNeedSchema.optional(),
});

const generationResultSchema = z.object({
  id: z.string(),
  text: z.string(),
  stopReason: stopReasonSchema,
  renderedSha256: sha256Schema,
  inThought: z.literal(true).optional(),
  promptTokens: z.int(),
  tokens: z.array(z.int()),
  draft: draftCountsSchema.optional(),
  replay: draftCountsSchema.optional(),
});

const timedResultSchema = generationResultSchema.extend({
  newTokens: z.int().nonnegative(),
  ttftMs: z.number().nonnegative(),
  decodeMs: z.number().nonnegative(),
  peakRssBytes: z.int(),
  cpuMs: z.number().nonnegative(),
  draftCosts: draftCostsSchema.optional(),
});

const draftInfoSchema = z.object({
  loadMs: z.number().nonnegative(),
  rssBeforeBytes: z.int(),
  rssAfterBytes: z.int(),
});

const numbersSchema = z.array(z.number()).readonly();

const tokenizedTextSchema = z.object({
  tokens: numbersSchema,
  bytes: numbersSchema,
  // As above: a required key whose value may be `undefined`.
  bos: z
    .int()
    .optional()
    .transform((id) => id),
});

const scoreWindowSchema = z.object({
  id: z.string(),
  tokens: numbersSchema,
  scoreFrom: z.int().positive(),
  follow: z.array(numbersSchema).readonly().optional(),
});

const windowScoresSchema = z.object({
  id: z.string(),
  logProbs: numbersSchema,
  likeliest: numbersSchema,
  distributions: z
    .object({
      ids: z.array(numbersSchema).readonly(),
      logProbs: z.array(numbersSchema).readonly(),
    })
    .optional(),
});

const scoreStatsSchema = z.object({ wallMs: z.number(), tokens: z.int(), peakRssBytes: z.int() });

/** What the engine's process is asked; one question at a time, `open` first. */
export const questionSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    modelPath: z.string(),
    threads: z.int().positive().optional(),
    /** Sequences evaluated at once. */
    parallel: z.int().positive(),
    settings: llamaSettingsSchema,
  }),
  z.object({ kind: z.literal('encode'), prompts: z.array(promptSchema) }),
  z.object({
    kind: z.literal('generate'),
    requests: z.array(generationRequestSchema),
    contextSize: z.int().positive(),
    /** Whether each pass is reported. */
    trace: z.boolean(),
    draftCosts: draftCostsSchema.optional(),
    /** By the request's id; absent: nothing is replayed. */
    references: z.record(z.string(), referenceSchema).optional(),
  }),
  z.object({ kind: z.literal('tokenize'), texts: z.array(z.string()) }),
  z.object({
    kind: z.literal('score'),
    windows: z.array(scoreWindowSchema),
    top: z.int().nonnegative(),
  }),
  z.object({
    kind: z.literal('benchmark'),
    sequences: z.int().positive(),
    promptTokens: z.int().positive(),
    prompt: promptSchema.optional(),
    newTokens: z.int().positive(),
    contextSize: z.int().positive(),
  }),
  z.object({ kind: z.literal('load-draft'), modelPath: z.string() }),
  z.object({
    kind: z.literal('time'),
    request: generationRequestSchema,
    contextSize: z.int().positive(),
    draftCosts: draftCostsSchema.optional(),
  }),
]);
export type Question = z.input<typeof questionSchema>;

/** What it tells on the way to an answer. Anything of it shows that the process is at work. */
const noticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('loading'), share: z.number() }),
  z.object({
    kind: z.literal('working'),
    newTokens: z.int(),
    /** Tokens of each completion under way. */
    underWay: z.array(z.int()).readonly().optional(),
  }),
  z.object({ kind: z.literal('result'), result: generationResultSchema }),
  z.object({ kind: z.literal('scoring'), tokens: z.int() }),
  z.object({ kind: z.literal('scores'), scores: windowScoresSchema }),
  z.object({ kind: z.literal('pass'), pass: passSchema }),
  noteSchema,
]);
export type Notice = z.infer<typeof noticeSchema>;

/** How it ends a question. */
const replySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), info: sessionInfoSchema }),
  z.object({ kind: z.literal('encoded'), prompts: z.array(z.array(z.int())) }),
  z.object({ kind: z.literal('generated'), stats: generationStatsSchema }),
  z.object({ kind: z.literal('benchmarked'), result: benchmarkResultSchema }),
  z.object({ kind: z.literal('tokenized'), texts: z.array(tokenizedTextSchema) }),
  z.object({ kind: z.literal('scored'), stats: scoreStatsSchema }),
  z.object({ kind: z.literal('draft-loaded'), info: draftInfoSchema }),
  z.object({ kind: z.literal('timed'), result: timedResultSchema }),
  ...refusalSchemas,
]);
export type Reply = z.infer<typeof replySchema>;

/** Everything that the engine's process sends. */
export const llamaProtocol = { notice: noticeSchema, reply: replySchema };
export type Message = Notice | Reply;
