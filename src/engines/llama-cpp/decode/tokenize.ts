import type { LlamaModel } from 'node-llama-cpp';
import type { TokenizedText } from '../../scoring.ts';
import type { Detokenizer } from '../../text/detokenizer.ts';

/** A text's tokens with BOS before them where the model asks for it, as llama.cpp's own tools do. */
export function tokenizeText(
  text: string,
  model: LlamaModel,
  detokenizer: Detokenizer,
): TokenizedText {
  const tokens: number[] = model.tokenize(text);
  const bytes = tokens.map((token) => detokenizer.bytes(token).length);
  const { bos, shouldPrependBosToken } = model.tokens;
  if (!shouldPrependBosToken || bos === null) {
    return { tokens, bytes, bos: undefined };
  }
  // Some tokenizers put it there by themselves.
  return tokens[0] === bos
    ? { tokens, bytes, bos }
    : { tokens: [bos, ...tokens], bytes: [0, ...bytes], bos };
}
