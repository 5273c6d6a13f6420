import type { SequenceEvaluateOptions } from 'node-llama-cpp';
import { usageError } from '../../../records/error.ts';
import type { GenerationRequest } from '../../generation.ts';

/** 2^32 - 1 stands for a random seed in llama.cpp (`LLAMA_DEFAULT_SEED`). */
const LARGEST_SEED = 2 ** 32 - 2;

/**
 * How the next token is chosen, in node-llama-cpp's words. Every option is set, since its defaults
 * are not neutral: top-k 40, top-p 0.95 and the current second as the seed. llama.cpp cuts off by
 * top-k and top-p first and applies the temperature to what is left.
 */
export function samplingOptions(request: GenerationRequest): SequenceEvaluateOptions {
  const { id, decode, seed } = request;
  if (decode.mode !== 'sample') {
    return { temperature: 0 };
  }
  if (seed < 0 || seed > LARGEST_SEED) {
    throw usageError(`${id}: seed ${seed} cannot be drawn with; use one from 0 to ${LARGEST_SEED}`);
  }
  const { temperature, topP, topK } = decode;
  return { temperature, topP, topK, minP: 0, seed };
}
