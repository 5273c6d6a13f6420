import type { LlamaModel } from 'node-llama-cpp';
import type { ReferenceCompletion } from '../../generation.ts';
import type { Detokenizer } from '../../text/detokenizer.ts';

interface Tokenizing {
  readonly model: LlamaModel;
  readonly detokenizer: Detokenizer;
}

/**
 * A reference's completion in a model's own tokens. Those that were recorded are its own where they say
 * the same text; of another vocabulary the text is tokenized anew.
 */
export function referenceTokens(
  { text, tokens }: ReferenceCompletion,
  tokenizing: Tokenizing,
): readonly number[] {
  return tokens !== undefined && says(tokens, text, tokenizing)
    ? tokens
    : tokenizing.model.tokenize(text);
}

/** What was generated goes on behind what a stop cut off. */
function says(
  tokens: readonly number[],
  text: string,
  { model, detokenizer }: Tokenizing,
): boolean {
  const known = model.fileInfo.metadata.tokenizer.ggml.tokens.length;
  if (tokens.some((token) => token < 0 || token >= known)) {
    return false;
  }
  const bytes = Buffer.concat(tokens.map((token) => detokenizer.bytes(token)));
  // As the completion's text was made, which holds U+FFFD for what is no UTF-8.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).startsWith(text);
}
