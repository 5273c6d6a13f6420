import { z } from 'zod';
import { sha256Schema } from '../../records/model.ts';
import { loadAuditSchema } from '../../records/load-audit.ts';
import type { Decode } from '../../records/decode.ts';
import type { Prompt } from '../../records/prompt.ts';
import { refusalSchemas } from '../process/engine-process.ts';

/** Both sides name it when a model is opened; worker/protocol.py has the same number. */
export const PROTOCOL_VERSION = 1;

/** How a model is loaded, in the worker's words. */
export interface LoadQuestion {
  readonly modelPath: string;
  /** Module of worker/methods/. */
  readonly method: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dtype: string;
  readonly attention: string;
  readonly device: string;
  readonly trustRemoteCode: boolean;
}

/** One completion of a batch; its text is read on this side. */
export interface Sequence {
  readonly tokens: readonly number[];
  readonly decode: Decode;
  readonly seed: number;
  readonly maxTokens: number;
}

/** What the worker is asked; one question at a time, `open` first. worker/protocol.py checks it. */
export type Question =
  | (LoadQuestion & {
      readonly kind: 'open';
      readonly protocol: number;
      readonly threads: number;
      readonly memoryBytes?: number;
    })
  | { readonly kind: 'render'; readonly prompts: readonly Prompt[] }
  | { readonly kind: 'tokenize'; readonly texts: readonly string[] }
  /** One pass serves all of them; with drafts it is a single one. */
  | { readonly kind: 'generate'; readonly sequences: readonly Sequence[] }
  | { readonly kind: 'score'; readonly windows: readonly object[]; readonly top: number }
  | {
      readonly kind: 'benchmark';
      readonly prompts: readonly (readonly number[])[];
      readonly newTokens: number;
    }
  | (LoadQuestion & { readonly kind: 'load-draft' });

/** What it is told after each `step`: which rows of the pass have ended. */
export interface Ended {
  readonly kind: 'ended';
  readonly rows: readonly number[];
}

const tokensSchema = z.array(z.int().nonnegative()).readonly();
const numbersSchema = z.array(z.number()).readonly();
const ms = z.number().nonnegative();
const bytes = z.int().nonnegative();

/** Spellings and kinds of tokens, in llama.cpp's words. */
const vocabularySchema = z.object({
  model: z.string(),
  tokens: z.array(z.string()).readonly(),
  types: z.array(z.int()).readonly(),
});

const stepSchema = z.object({
  kind: z.literal('step'),
  /** New tokens of each row that is under way. */
  tokens: z.array(tokensSchema),
  /** Milliseconds of work since the question came. */
  atMs: ms,
  /** With drafts: tokens that this pass checked, and those that it would have chosen itself. */
  drafted: z.int().nonnegative().optional(),
  accepted: z.int().nonnegative().optional(),
});
export type Step = z.infer<typeof stepSchema>;

const noticeSchema = z.discriminatedUnion('kind', [
  stepSchema,
  z.object({ kind: z.literal('working') }),
  z.object({ kind: z.literal('scoring'), tokens: z.int().nonnegative() }),
  z.object({
    kind: z.literal('scores'),
    scores: z.object({
      id: z.string(),
      logProbs: numbersSchema,
      likeliest: tokensSchema,
      distributions: z
        .object({
          ids: z.array(tokensSchema).readonly(),
          logProbs: z.array(numbersSchema).readonly(),
        })
        .optional(),
    }),
  }),
]);
export type Notice = z.infer<typeof noticeSchema>;

const openedSchema = z.object({
  kind: z.literal('opened'),
  protocol: z.literal(PROTOCOL_VERSION),
  loadMs: ms,
  threads: z.int().positive(),
  systemInfo: z.string(),
  trainContextSize: z.int().positive().optional(),
  hasChatTemplate: z.boolean(),
  /** It keeps a state that cannot go back, as recurrent models do. */
  isStateful: z.boolean(),
  ends: tokensSchema,
  vocabulary: vocabularySchema,
  audit: loadAuditSchema,
});
export type Opened = z.infer<typeof openedSchema>;

const replySchema = z.discriminatedUnion('kind', [
  openedSchema,
  z.object({
    kind: z.literal('rendered'),
    prompts: z.array(
      z.object({ tokens: tokensSchema, sha256: sha256Schema, /** Of its text. */ end: z.string() }),
    ),
    ms,
  }),
  z.object({
    kind: z.literal('tokenized'),
    texts: z.array(tokensSchema),
    bos: z.int().nonnegative().optional(),
  }),
  z.object({ kind: z.literal('generated'), wallMs: ms, cpuMs: ms, peakRssBytes: bytes }),
  z.object({
    kind: z.literal('scored'),
    stats: z.object({ wallMs: ms, tokens: z.int().nonnegative(), peakRssBytes: bytes }),
  }),
  z.object({
    kind: z.literal('benchmarked'),
    prefillMs: ms,
    decodeMs: ms,
    peakRssBytes: bytes,
  }),
  z.object({
    kind: z.literal('draft-loaded'),
    info: z.object({ loadMs: ms, rssBeforeBytes: bytes, rssAfterBytes: bytes }),
    vocabulary: vocabularySchema,
  }),
  ...refusalSchemas,
]);
export type Reply = z.infer<typeof replySchema>;

/** Everything that the worker sends. */
export const torchProtocol = { notice: noticeSchema, reply: replySchema };
