import type { EvaluationPriority, LlamaContextSequence, Token } from 'node-llama-cpp';
import { usageError } from '../../../records/error.ts';
import type { DecodeOf } from '../../../records/decode.ts';
import type { GenerationRequest } from '../../generation.ts';
import { drawLikeliest, drawShared } from '../../shared-noise.ts';
import { truncate } from './greedy-pass.ts';

/** 2^32 - 1 stands for a random seed in llama.cpp (`LLAMA_DEFAULT_SEED`). */
const LARGEST_SEED = 2 ** 32 - 2;

export interface Continuation {
  readonly sequence: LlamaContextSequence;
  readonly request: GenerationRequest;
  /** What the sequence has not seen yet of what comes before the completion. */
  readonly unread: readonly Token[];
  readonly evaluationPriority?: EvaluationPriority;
}

/**
 * The tokens of a completion, one a pass, until the model ends it; the pass of the next one begins when
 * that is asked for. Throws a usage error for a seed that nothing can be drawn with.
 */
export function nextTokens(continuation: Continuation): AsyncGenerator<Token, unknown, void> {
  const { sequence, request, unread, evaluationPriority } = continuation;
  const { decode, seed, id } = request;
  if (decode.mode !== 'sample') {
    return sequence.evaluate([...unread], {
      temperature: 0,
      ...(evaluationPriority === undefined ? {} : { evaluationPriority }),
    });
  }
  if (seed < 0 || seed > LARGEST_SEED) {
    throw usageError(`${id}: seed ${seed} cannot be drawn with; use one from 0 to ${LARGEST_SEED}`);
  }
  return drawnTokens(continuation, decode);
}

/**
 * llama.cpp cuts off by top-k and top-p and applies the temperature to what is left; which of that is
 * drawn is chosen here, by noise that all models share, and told in place of what llama.cpp drew.
 */
async function* drawnTokens(
  continuation: Continuation,
  decode: DecodeOf<'sample'>,
): AsyncGenerator<Token, void, void> {
  const { sequence, request, unread } = continuation;
  const vocabulary = sequence.model.fileInfo.metadata.tokenizer.ggml.tokens.length;
  const isCut = decode.topK > 0 || decode.topP < 1;
  const likeliest = Math.min(LIKELIEST, Math.ceil(vocabulary / 2));
  const asked = isCut ? decode : { ...decode, topK: likeliest };
  let places = evaluate(continuation, asked, unread);
  try {
    let next = await places.next();
    for (let position = 0; next.done !== true; position += 1) {
      const { probabilities } = next.value;
      const place = { seed: request.seed, position };
      let token = isCut
        ? drawShared(probabilities, place)
        : drawLikeliest(probabilities, place, vocabulary);
      if (token === undefined) {
        await places.return();
        token = drawShared(await allProbabilities(continuation, decode), place);
        if (token === undefined) {
          throw new Error('a model gave no next token: its logits are not numbers');
        }
        places = evaluate(continuation, asked, [token]);
      }
      if (sequence.model.isEogToken(token)) {
        return;
      }
      yield token;
      next = await places.next(token);
    }
  } finally {
    await places.return();
  }
}

/**
 * Candidates that are asked for where nothing is cut off: all of a vocabulary of 152,000 take ten times as long as
 * a token. One of the others hardly ever wins, and whether it could is seen from its noise.
 */
const LIKELIEST = 4096;

/** Evaluates the last token once more, for the probabilities of all. */
async function allProbabilities(
  continuation: Continuation,
  decode: DecodeOf<'sample'>,
): Promise<ReadonlyMap<Token, number>> {
  const { sequence } = continuation;
  const last = sequence.contextTokens.slice(-1);
  await truncate(sequence, sequence.nextTokenIndex - 1);
  const places = evaluate(continuation, decode, last);
  const { value } = await places.next();
  await places.return();
  return value?.probabilities ?? new Map();
}

type Cuts = Pick<DecodeOf<'sample'>, 'temperature' | 'topP' | 'topK'>;

/**
 * Every option of node-llama-cpp is set, since its defaults are not neutral: top-k 40, top-p 0.95 and the
 * current second as the seed. Without a top-k none is named at all: all of the vocabulary as the likeliest
 * tokens would have all of it sorted, which takes llama.cpp longer than a token of a small model.
 */
function evaluate(
  { sequence, evaluationPriority }: Continuation,
  { temperature, topP, topK }: Cuts,
  tokens: readonly Token[],
): ReturnType<typeof sequence.evaluateWithMetadata<{ readonly probabilities: true }>> {
  // `null` is what the package leaves out; its types say numbers only.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const likeliest = topK === 0 ? (null as unknown as number) : topK;
  return sequence.evaluateWithMetadata(
    [...tokens],
    { probabilities: true },
    {
      temperature,
      topP,
      topK: likeliest,
      minP: 0,
      seed: 0,
      yieldEogToken: true,
      ...(evaluationPriority === undefined ? {} : { evaluationPriority }),
    },
  );
}
