import { z } from 'zod';
import { ServerTrouble, textIn } from '../trouble.ts';
import { chooseModel } from './choose-model.ts';
import type { Ask, Dialect, Finish, Piece, Question, Usage } from './dialect.ts';

/** A request in OpenAI's words, to which the dialects add their own fields. */
export function openAiQuestion(ask: Ask, own: Readonly<Record<string, unknown>> = {}): Question {
  const { model, prompt, stop } = ask;
  const common = {
    ...(model === undefined ? {} : { model }),
    max_tokens: ask.maxTokens,
    temperature: ask.temperature,
    top_p: ask.topP,
    top_k: ask.topK,
    min_p: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    seed: ask.seed,
    ...(stop.length === 0 ? {} : { stop }),
    stream: true,
    stream_options: { include_usage: true },
    ...own,
  };
  return prompt.kind === 'raw'
    ? { path: 'completions', body: { prompt: prompt.text, ...common } }
    : { path: 'chat/completions', body: { messages: messagesOf(prompt), ...common } };
}

export function messagesOf({ system, user }: Extract<Ask['prompt'], { kind: 'chat' }>) {
  return [
    ...(system === undefined ? [] : [{ role: 'system', content: system }]),
    { role: 'user', content: user },
  ];
}

/** What a chat template is told, in the words that Qwen3, DeepSeek and others read. */
export function templateSwitch({
  thinking,
  prompt,
}: Pick<Ask, 'thinking' | 'prompt'>): Readonly<Record<string, unknown>> {
  return thinking === 'default' || prompt.kind === 'raw'
    ? {}
    : { chat_template_kwargs: { enable_thinking: thinking === 'on', thinking: thinking === 'on' } };
}

const count = z.int().nonnegative().nullish();

const usageSchema = z
  .object({
    prompt_tokens: count,
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }).nullish(),
  })
  .nullish();

const text = z.string().nullish();

const messageSchema = z
  .object({ content: text, reasoning_content: text, reasoning: text })
  .nullish();

const choiceSchema = z.object({
  index: z.int().nullish(),
  text,
  delta: messageSchema,
  message: messageSchema,
  finish_reason: z.string().nullish(),
  /** vLLM's: the sequence, or nothing where an end token stopped it. */
  stop_reason: z.union([z.string(), z.number()]).nullish(),
  /** SGLang's. */
  matched_stop: z.union([z.string(), z.number()]).nullish(),
  token_ids: z.array(z.int()).nullish(),
});

const eventSchema = z.object({
  choices: z.array(choiceSchema).nullish(),
  usage: usageSchema,
  model: text,
});

/** Reads an event of OpenAI's form: a chunk of a stream, or a whole answer. */
export function readOpenAi(event: unknown): Piece {
  refuseError(event);
  const { choices, usage, model } = eventSchema.parse(event);
  const [choice, other] = choices ?? [];
  if (other !== undefined) {
    throw new ServerTrouble('refused', 'sent several completions where one was asked for');
  }
  if (choices === undefined && usage === undefined) {
    throw new ServerTrouble('broken', 'sent an event without choices');
  }
  const message = choice?.delta ?? choice?.message;
  return {
    text: choice?.text ?? message?.content ?? '',
    reasoning: message?.reasoning_content ?? message?.reasoning ?? '',
    tokens: choice?.token_ids ?? undefined,
    finish: choice === undefined ? undefined : finishOf(choice),
    usage: usageOf(usage),
    servedBy: model ?? undefined,
  };
}

/** Throws what a server reports in place of an event. */
export function refuseError(event: unknown): void {
  if (typeof event !== 'object' || event === null || !('error' in event)) {
    return;
  }
  const words = textIn(event) ?? JSON.stringify(event.error);
  const code: unknown =
    typeof event.error === 'object' && event.error !== null
      ? Reflect.get(event.error, 'code')
      : undefined;
  const isRequest = typeof code === 'number' && code >= 400 && code < 500 && code !== 429;
  throw new ServerTrouble(isRequest ? 'refused' : 'broken', `reports an error: ${words}`);
}

function usageOf(usage: z.infer<typeof usageSchema>): Usage | undefined {
  return usage === undefined || usage === null
    ? undefined
    : {
        promptTokens: usage.prompt_tokens ?? undefined,
        newTokens: usage.completion_tokens ?? undefined,
        cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? undefined,
      };
}

function finishOf(choice: z.infer<typeof choiceSchema>): Finish | undefined {
  const { finish_reason: reason, stop_reason: vllm, matched_stop: sglang } = choice;
  switch (reason) {
    case undefined:
    case null:
    case '':
      return undefined;
    case 'length':
    case 'max_tokens':
      return 'length';
    case 'eos':
    case 'eos_token':
    case 'end_turn':
      return 'end-token';
    case 'stop':
    case 'stop_sequence':
      if (typeof vllm === 'string' || typeof sglang === 'string' || reason === 'stop_sequence') {
        return 'stop-sequence';
      }
      return typeof sglang === 'number' || (choice.stop_reason === null && choice.token_ids != null)
        ? 'end-token'
        : 'stop';
    default:
      throw new ServerTrouble(
        reason === 'abort' || reason === 'error' ? 'broken' : 'refused',
        `ended a completion for another reason than a model's: ${reason}`,
      );
  }
}

/** Any server that speaks OpenAI's protocol and is none of the others. */
export const openAi: Dialect = {
  name: 'openai',
  recognise: ({ listing, model }) =>
    Promise.resolve({ build: 'unknown', model: chooseModel(listing, model) }),
  question: (ask) => openAiQuestion(ask),
  read: readOpenAi,
  canSwitchThinking: false,
  freshBy: undefined,
  countsEndToken: false,
};
