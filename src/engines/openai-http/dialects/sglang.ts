import { z } from 'zod';
import { chooseModel } from './choose-model.ts';
import type { Dialect } from './dialect.ts';
import { openAiQuestion, readOpenAi, templateSwitch } from './openai.ts';

const infoSchema = z.object({
  version: z.string().nullish(),
  quantization: z.string().nullish(),
  dtype: z.string().nullish(),
  kv_cache_dtype: z.string().nullish(),
  context_length: z.int().positive().nullish(),
});
const modelSchema = z.object({ model_path: z.string() });
const entrySchema = z.object({ max_model_len: z.int().positive().nullish() });
const tokensSchema = z.object({ tokens: z.array(z.int()) });

/** SGLang's server. */
export const sglang: Dialect = {
  name: 'sglang',
  recognise: async ({ get, listing, model }) => {
    const path = modelSchema.safeParse(
      (await get('/get_model_info')) ?? (await get('/model_info')),
    );
    if (!path.success) {
      return undefined;
    }
    const info = infoSchema.safeParse(
      (await get('/get_server_info')) ?? (await get('/server_info')),
    ).data;
    const chosen = chooseModel(listing, model);
    const { quantization, dtype, kv_cache_dtype: cache } = info ?? {};
    return {
      build: info?.version ?? 'unknown',
      model: { ...chosen, path: path.data.model_path, quantization, dtype, cache },
      contextSize:
        entrySchema.safeParse(chosen).data?.max_model_len ?? info?.context_length ?? undefined,
    };
  },
  question: (ask) =>
    openAiQuestion(ask, { top_k: ask.topK === 0 ? -1 : ask.topK, ...templateSwitch(ask) }),
  read: readOpenAi,
  canSwitchThinking: true,
  freshBy: undefined,
  countsEndToken: true,
  // It has no way to count a conversation, so that one is counted without its template's words.
  tokenize: async ({ post }, { model, prompt }) => {
    const text = prompt.kind === 'raw' ? prompt.text : `${prompt.system ?? ''}\n${prompt.user}`;
    return tokensSchema.safeParse(await post('/tokenize', { model, prompt: text })).data?.tokens;
  },
};
