import { usageError } from '../records/error.ts';
import type { GenerationRequest } from './generation.ts';

/** Throws a usage error for a completion that may outgrow its context. */
export function checkFits(
  { id, maxTokens }: Pick<GenerationRequest, 'id' | 'maxTokens'>,
  promptTokens: number,
  contextSize: number,
): void {
  if (promptTokens === 0) {
    throw usageError(`${id}: the prompt is empty and the model has nothing to continue`);
  }
  if (promptTokens + maxTokens > contextSize) {
    throw usageError(
      `${id}: the prompt has ${promptTokens} tokens, which with --max-tokens ${maxTokens} exceed the context of ${contextSize}; lower --max-tokens or raise --ctx-size`,
    );
  }
}
