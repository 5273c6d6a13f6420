import { z } from 'zod';
import { sha256Json } from '../../../records/hash.ts';
import { ServerTrouble } from '../trouble.ts';
import { chooseModel } from './choose-model.ts';
import type { Ask, Dialect, Piece } from './dialect.ts';
import { messagesOf, refuseError } from './openai.ts';

const versionSchema = z.object({ version: z.string() });
const tagsSchema = z.object({
  models: z.array(z.object({ name: z.string(), digest: z.string() })),
});
const showSchema = z.object({
  details: z.record(z.string(), z.unknown()).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  template: z.string().nullish(),
  parameters: z.string().nullish(),
});

const count = z.int().nonnegative().nullish();

const eventSchema = z.object({
  response: z.string().nullish(),
  thinking: z.string().nullish(),
  message: z.object({ content: z.string().nullish(), thinking: z.string().nullish() }).nullish(),
  done: z.boolean(),
  done_reason: z.string().nullish(),
  model: z.string().nullish(),
  prompt_eval_count: count,
  eval_count: count,
});

/** Tokens that Ollama makes room for where nobody says: its own default cuts prompts off silently. */
const CONTEXT = 8_192;

/**
 * Ollama by its own interface: its `/v1` puts raw prompts into the chat template and ignores the size
 * of the context.
 */
export const ollama: Dialect = {
  name: 'ollama',
  recognise: async ({ get, post, listing, model }) => {
    const version = versionSchema.safeParse(await get('/api/version'));
    const tags = tagsSchema.safeParse(await get('/api/tags'));
    if (!version.success || !tags.success) {
      return undefined;
    }
    const names = tags.data.models.map(({ name }) => ({ id: name }));
    const { id } = chooseModel(listing ?? names, model);
    const digest = tags.data.models.find(({ name }) => name === id)?.digest;
    const shown = showSchema.safeParse(await post('/api/show', { model: id })).data ?? {};
    const most = Object.entries(shown.model_info ?? {}).find(([name]) =>
      name.endsWith('.context_length'),
    )?.[1];
    const trained = typeof most === 'number' ? most : undefined;
    return {
      build: version.data.version,
      model: {
        id,
        digest,
        details: shown.details,
        template: sha256Json([shown.template ?? null, shown.parameters ?? null]),
      },
      contextSize: Math.min(CONTEXT, trained ?? CONTEXT),
      trainContextSize: trained,
    };
  },
  question: (ask) => {
    const common = {
      model: ask.model,
      stream: true,
      options: optionsOf(ask),
      ...(ask.thinking === 'default' || ask.prompt.kind === 'raw'
        ? {}
        : { think: ask.thinking === 'on' }),
    };
    return ask.prompt.kind === 'raw'
      ? { path: '/api/generate', body: { ...common, prompt: ask.prompt.text, raw: true } }
      : { path: '/api/chat', body: { ...common, messages: messagesOf(ask.prompt) } };
  },
  read: readOllama,
  canSwitchThinking: true,
  freshBy: undefined,
  countsEndToken: true,
};

function optionsOf(ask: Ask): Readonly<Record<string, unknown>> {
  return {
    num_predict: ask.maxTokens,
    num_ctx: ask.contextSize ?? CONTEXT,
    temperature: ask.temperature,
    top_p: ask.topP,
    top_k: ask.topK,
    min_p: 0,
    typical_p: 1,
    repeat_penalty: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    seed: ask.seed,
    ...(ask.stop.length === 0 ? {} : { stop: ask.stop }),
  };
}

function readOllama(event: unknown): Piece {
  refuseError(event);
  const {
    response,
    thinking,
    message,
    done,
    done_reason: reason,
    model,
    ...counts
  } = eventSchema.parse(event);
  if (done && reason !== 'stop' && reason !== 'length') {
    throw new ServerTrouble(
      'broken',
      `ended a completion for another reason than a model's: ${reason ?? 'none'}`,
    );
  }
  return {
    text: response ?? message?.content ?? '',
    reasoning: thinking ?? message?.thinking ?? '',
    finish: done ? (reason === 'length' ? 'length' : 'stop') : undefined,
    usage: done
      ? {
          promptTokens: counts.prompt_eval_count ?? undefined,
          newTokens: counts.eval_count ?? undefined,
        }
      : undefined,
    servedBy: model ?? undefined,
  };
}
