import { usageError } from '../records/error.ts';
import type { BenchmarkOptions, BenchmarkShape } from './capabilities.ts';

/** The context that fixed lengths take. Throws a usage error where they exceed the one that is named. */
export function contextOf({
  promptTokens,
  newTokens,
  ...options
}: Pick<BenchmarkOptions, 'promptTokens' | 'newTokens' | 'contextSize'>): number {
  const needed = promptTokens + newTokens;
  const { contextSize = needed } = options;
  if (needed > contextSize) {
    throw usageError(
      `${promptTokens} prompt tokens and ${newTokens} new ones exceed a context of ${contextSize} tokens; ask for fewer, or raise --ctx-size`,
    );
  }
  return contextSize;
}

/**
 * What each sequence of a benchmark reads: a prompt, of which each has a copy, or made-up tokens from
 * all over a vocabulary of so many, since what they say decides no speed. Throws a usage error for a
 * prompt of another length.
 */
export function promptsOf(
  { sequences, promptTokens }: Pick<BenchmarkShape, 'sequences' | 'promptTokens'>,
  prompt: readonly number[] | undefined,
  vocabulary: number,
): number[][] {
  if (prompt !== undefined && prompt.length !== promptTokens) {
    throw usageError(`the prompt has ${prompt.length} tokens, not ${promptTokens}`);
  }
  // Knuth's multiplicative hash spreads neighbours.
  const token = (index: number): number => (Math.imul(index, 2_654_435_761) >>> 0) % vocabulary;
  return Array.from({ length: sequences }, (_, sequence) =>
    prompt === undefined
      ? Array.from({ length: promptTokens }, (__, position) =>
          token(sequence * promptTokens + position),
        )
      : [...prompt],
  );
}
