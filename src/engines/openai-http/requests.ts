import { usageError } from '../../records/error.ts';
import type { StopReason } from '../../records/completion.ts';
import type { Prompt } from '../../records/prompt.ts';
import type { GenerationRequest, GenerationResult } from '../generation.ts';
import { behindTag } from '../thoughts.ts';
import type { Answered } from './complete.ts';
import type { Ask, Dialect, Finish, Thinking } from './dialects/dialect.ts';

/** OpenAI's limit; all sequences are looked for here as well. */
const MOST_STOPS = 4;

/** A request as a dialect takes it. */
export function askOf(
  { prompt, stop, maxTokens, decode, seed, id }: GenerationRequest,
  of: {
    readonly model: string;
    readonly thinking: Thinking;
    readonly contextSize: number | undefined;
    readonly isFresh: boolean;
  },
): Ask {
  if (decode.mode !== 'greedy' && decode.mode !== 'sample') {
    throw new Error(`${id}: a served model is asked for ${decode.mode}`);
  }
  const sampling =
    decode.mode === 'sample'
      ? { temperature: decode.temperature, topP: decode.topP, topK: decode.topK }
      : { temperature: 0, topP: 1, topK: 0 };
  return {
    ...of,
    prompt: promptOf(prompt),
    maxTokens,
    ...sampling,
    seed,
    stop: stop.kind === 'sequences' ? stop.sequences.slice(0, MOST_STOPS) : [],
  };
}

export function promptOf(prompt: Prompt): Ask['prompt'] {
  if (prompt.kind === 'text') {
    return { kind: 'raw', text: prompt.text };
  }
  if (prompt.answerPrefix !== '') {
    throw usageError(
      'a served model cannot be made to begin its answer with given words; leave the answer prefix out',
    );
  }
  return { kind: 'chat', system: prompt.system, user: prompt.user };
}

/** A whole completion as the contract has it. */
export function resultOf(
  { id, stop }: GenerationRequest,
  answered: Answered,
  { countsEndToken }: Dialect,
): GenerationResult {
  const { reasoning, usage, finish } = answered;
  const text = answered.text.slice(0, answered.stop?.length).toWellFormed();
  const tokens =
    finish === 'end-token' && countsEndToken && answered.stop === undefined
      ? answered.tokens?.slice(0, -1)
      : answered.tokens;
  const hasOnlyThought = reasoning !== '' && text.trim() === '';
  return {
    id,
    text,
    ...(reasoning === '' ? {} : { reasoning: reasoning.toWellFormed() }),
    // A thought without an answer behind it is one that was cut off.
    stopReason: hasOnlyThought
      ? 'max-tokens'
      : (answered.stop?.reason ??
        REASONS[
          finish === 'stop'
            ? stop.kind === 'sequences'
              ? 'stop-sequence'
              : 'end-token'
            : (finish ?? 'length')
        ]),
    promptTokens: usage?.promptTokens,
    tokens,
    ...(closesThought(stop, text) ? { inThought: true } : {}),
  };
}

const REASONS: Readonly<Record<Exclude<Finish, 'stop'>, StopReason>> = {
  length: 'max-tokens',
  'end-token': 'end-token',
  'stop-sequence': 'stop-sequence',
};

/** A text that closes a thought which it did not open: the template had opened it. */
function closesThought(stop: GenerationRequest['stop'], text: string): boolean {
  return (
    stop.kind === 'definition' &&
    stop.thoughts.some(
      ([open, close]) => !text.includes(open) && behindTag(text, close) !== undefined,
    )
  );
}

/** Tokens that were generated, a final end token not included; `undefined`: nobody counts them. */
export function newTokensOf(
  { usage, finish, tokens }: Answered,
  { countsEndToken }: Dialect,
): number | undefined {
  const count = usage?.newTokens ?? tokens?.length;
  return count === undefined
    ? undefined
    : Math.max(0, count - Number(finish === 'end-token' && countsEndToken));
}
