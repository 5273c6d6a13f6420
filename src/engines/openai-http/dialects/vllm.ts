import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { tokenizedText } from '../token-bytes.ts';
import { chooseModel } from './choose-model.ts';
import type { Dialect } from './dialect.ts';
import { vllmScoring } from './vllm-scores.ts';
import { messagesOf, openAiQuestion, readOpenAi, templateSwitch } from './openai.ts';

const versionSchema = z.object({ version: z.string() });
const modelSchema = z.object({
  owned_by: z.literal('vllm'),
  max_model_len: z.int().positive().nullish(),
});
const piecesSchema = z.object({ tokens: z.array(z.int()), token_strs: z.array(z.string()) });
const tokensSchema = z.object({ tokens: z.array(z.int()) });

/** vLLM's server. Its `top_k` takes -1 for all tokens in every version. */
export const vllm: Dialect = {
  name: 'vllm',
  recognise: async ({ get, listing, model }) => {
    if (listing?.some((entry) => modelSchema.safeParse(entry).success) !== true) {
      return undefined;
    }
    const version = versionSchema.safeParse(await get('/version'));
    const chosen = chooseModel(listing, model);
    return {
      build: version.success ? version.data.version : 'unknown',
      model: chosen,
      contextSize: modelSchema.safeParse(chosen).data?.max_model_len ?? undefined,
    };
  },
  question: (ask) =>
    openAiQuestion(ask, {
      top_k: ask.topK === 0 ? -1 : ask.topK,
      return_token_ids: true,
      ...(ask.isFresh ? { cache_salt: randomUUID() } : {}),
      ...templateSwitch(ask),
    }),
  read: readOpenAi,
  canSwitchThinking: true,
  freshBy: 'cache_salt',
  countsEndToken: true,
  scoring: vllmScoring,
  pieces: async ({ post }, { model, text }) => {
    const body = { model, prompt: text, add_special_tokens: true, return_token_strs: true };
    const { tokens, token_strs: shown } =
      piecesSchema.safeParse(await post('/tokenize', body)).data ?? {};
    return tokens === undefined || shown === undefined
      ? undefined
      : tokenizedText(text, tokens, shown);
  },
  tokenize: async ({ post }, { model, prompt, thinking }) => {
    const body =
      prompt.kind === 'raw'
        ? { model, prompt: prompt.text }
        : {
            model,
            messages: messagesOf(prompt),
            add_generation_prompt: true,
            ...templateSwitch({ thinking, prompt }),
          };
    return tokensSchema.safeParse(await post('/tokenize', body)).data?.tokens;
  },
};
