import { z } from 'zod';
import { sha256Text } from '../../../records/hash.ts';
import type { TokenizedText } from '../../scoring.ts';
import { sumOf } from '../token-bytes.ts';
import { chooseModel } from './choose-model.ts';
import type { Ask, Dialect, Finish, Piece } from './dialect.ts';
import { messagesOf, openAiQuestion, readOpenAi, refuseError, templateSwitch } from './openai.ts';

const propsSchema = z.object({
  build_info: z.string(),
  model_path: z.string().nullish(),
  chat_template: z.string().nullish(),
  default_generation_settings: z.object({ n_ctx: z.int().positive() }).nullish(),
});

const metaSchema = z.object({
  meta: z.object({ n_ctx_train: z.int().positive().nullish() }).nullish(),
});

const eventSchema = z.object({
  content: z.string(),
  tokens: z.array(z.int()).nullish(),
  stop: z.boolean().nullish(),
  stop_type: z.string().nullish(),
  tokens_predicted: z.int().nonnegative().nullish(),
  tokens_evaluated: z.int().nonnegative().nullish(),
  truncated: z.boolean().nullish(),
  timings: z.object({ cache_n: z.int().nonnegative().nullish() }).nullish(),
});

const tokensSchema = z.object({ tokens: z.array(z.int()) });
/** A piece is text, or bytes where it is no UTF-8 by itself. */
const piecesSchema = z.object({
  tokens: z.array(
    z.object({ id: z.int(), piece: z.union([z.string(), z.array(z.int().min(0).max(255))]) }),
  ),
});

function toText(
  text: string,
  found: z.infer<typeof piecesSchema>['tokens'],
): TokenizedText | undefined {
  const tokens = found.map(({ id }) => id);
  const bytes = found.map(({ piece }) =>
    typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length,
  );
  const [, ...rest] = bytes;
  const all = Buffer.byteLength(text);
  if (sumOf(bytes) === all) {
    return { tokens, bytes, bos: bytes[0] === 0 ? tokens[0] : undefined };
  }
  return sumOf(rest) === all ? { tokens, bytes: [0, ...rest], bos: tokens[0] } : undefined;
}

const textSchema = z.object({ content: z.string() });
const promptSchema = z.object({ prompt: z.string() });

function tokensOf(answer: unknown): readonly number[] | undefined {
  return tokensSchema.safeParse(answer).data?.tokens;
}

/** llama.cpp's server, by its own `/completion` where a prompt is raw: it shows token ids. */
export const llamaServer: Dialect = {
  name: 'llama-server',
  recognise: async ({ get, listing, model }) => {
    const props = propsSchema.safeParse(await get('/props'));
    if (!props.success) {
      return undefined;
    }
    const {
      build_info: build,
      model_path: path,
      chat_template: template,
      default_generation_settings: defaults,
    } = props.data;
    // It answers to any name: the list says what it holds.
    const chosen = chooseModel(listing, model);
    return {
      build,
      model: { ...chosen, path, template: template == null ? undefined : sha256Text(template) },
      contextSize: defaults?.n_ctx,
      trainContextSize: metaSchema.safeParse(chosen).data?.meta?.n_ctx_train ?? undefined,
      hasChatTemplate: template != null && template !== '',
    };
  },
  question: (ask) => {
    const own = { ...NEUTRAL, cache_prompt: false };
    if (ask.prompt.kind === 'chat') {
      return openAiQuestion(ask, { ...own, ...templateSwitch(ask) });
    }
    return { path: PATH, body: { ...nativeFields(ask), ...own } };
  },
  read: (event) => (isNative(event) ? readNative(event) : readOpenAi(event)),
  canSwitchThinking: true,
  freshBy: 'cache_prompt: false',
  countsEndToken: true,
  mending: (question) =>
    question.path === PATH
      ? {
          // Behind bytes that are no UTF-8 it streams nothing more, and goes on generating.
          lacksTokens: ({ tokens, usage }) =>
            tokens !== undefined && tokens.length !== usage?.newTokens,
          // What could begin a stop sequence.
          holdsText: 'stop' in question.body,
          inOnePiece: { ...question, body: { ...question.body, stream: false } },
          detokenize: async ({ post }, tokens) =>
            textSchema.safeParse(await post('/detokenize', { tokens })).data?.content,
        }
      : undefined,
  pieces: async ({ post }, { text }) => {
    const body = { content: text, add_special: true, parse_special: false, with_pieces: true };
    const found = piecesSchema.safeParse(await post('/tokenize', body)).data?.tokens;
    return found === undefined ? undefined : toText(text, found);
  },
  tokenize: async ({ post }, { prompt, thinking }) => {
    if (prompt.kind === 'raw') {
      return tokensOf(
        await post('/tokenize', { content: prompt.text, add_special: true, parse_special: false }),
      );
    }
    const body = { messages: messagesOf(prompt), ...templateSwitch({ thinking, prompt }) };
    const rendered = promptSchema.safeParse(await post('/apply-template', body)).data?.prompt;
    return rendered === undefined
      ? undefined
      : tokensOf(
          await post('/tokenize', { content: rendered, add_special: true, parse_special: true }),
        );
  },
};

const PATH = '/completion';

/** Samplers that the server would else apply by its own defaults. */
const NEUTRAL = {
  min_p: 0,
  typical_p: 1,
  top_n_sigma: -1,
  xtc_probability: 0,
  dynatemp_range: 0,
  mirostat: 0,
  repeat_penalty: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  dry_multiplier: 0,
} as const;

function nativeFields(ask: Ask): Readonly<Record<string, unknown>> {
  const { prompt, stop } = ask;
  return {
    prompt: prompt.kind === 'raw' ? prompt.text : '',
    n_predict: ask.maxTokens,
    temperature: ask.temperature,
    top_p: ask.topP,
    top_k: ask.topK,
    seed: ask.seed,
    ...(stop.length === 0 ? {} : { stop }),
    stream: true,
    return_tokens: true,
  };
}

function isNative(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'content' in event;
}

function readNative(event: unknown): Piece {
  refuseError(event);
  const piece = eventSchema.parse(event);
  const isLast = piece.stop === true;
  return {
    text: piece.content,
    reasoning: '',
    // The last event repeats none of the stream's.
    tokens: piece.tokens ?? [],
    finish: isLast ? finishOf(piece.stop_type) : undefined,
    usage: isLast
      ? {
          promptTokens: piece.tokens_evaluated ?? undefined,
          newTokens: piece.tokens_predicted ?? undefined,
          cachedTokens: piece.timings?.cache_n ?? undefined,
        }
      : undefined,
  };
}

function finishOf(type: string | null | undefined): Finish {
  switch (type) {
    case 'limit':
      return 'length';
    case 'word':
      return 'stop-sequence';
    case 'eos':
      return 'end-token';
    default:
      return 'stop';
  }
}
