import type { TokenizedText } from '../../engines/scoring.ts';
import type { PerplexityMethod } from '../../records/perplexity.ts';

/** A piece of a text that is evaluated at once. */
export interface Window {
  readonly tokens: readonly number[];
  /** Index of the first token that is scored, at least 1. */
  readonly scoreFrom: number;
  /** Bytes of text that the scored tokens stand for. */
  readonly bytes: number;
}

/**
 * Cuts a row. Its first window has the first `window` tokens; each later one begins `stride` tokens
 * further on and scores only what no window before it had. `stride` is smaller than `window`, so that
 * every token has one before it. A row of one token has nothing to score. The text's first `given` tokens
 * are only read.
 */
export function cutRow(
  text: TokenizedText,
  { window, stride }: Extract<PerplexityMethod, { kind: 'rows' }>,
  given = 0,
): Window[] {
  const { tokens } = text;
  const windows: Window[] = [];
  let scored = Math.max(1, given);
  for (let begin = 0; scored < tokens.length; begin += stride) {
    const end = Math.min(begin + window, tokens.length);
    if (end <= scored) {
      continue;
    }
    windows.push({
      tokens: tokens.slice(begin, end),
      scoreFrom: scored - begin,
      bytes: bytesOf(text, scored, end),
    });
    scored = end;
  }
  return windows;
}

/**
 * Cuts a whole text as llama.cpp's perplexity tool does (`perplexity` of its tools/perplexity): windows
 * side by side, an incomplete last one left out; the first token of each makes room for BOS where the
 * model asks for one; scored is what comes after the token in the middle.
 */
export function cutText(
  text: TokenizedText,
  { window }: Extract<PerplexityMethod, { kind: 'llama-cpp' }>,
): Window[] {
  const { tokens, bos } = text;
  const scoreFrom = Math.floor(window / 2) + 1;
  return Array.from({ length: Math.floor(tokens.length / window) }, (_, number) => {
    const begin = number * window;
    const own = tokens.slice(begin, begin + window);
    return {
      tokens: bos === undefined ? own : [bos, ...own.slice(1)],
      scoreFrom,
      bytes: bytesOf(text, begin + scoreFrom, begin + window),
    };
  });
}

function bytesOf({ bytes }: TokenizedText, from: number, to: number): number {
  return bytes.slice(from, to).reduce((sum, count) => sum + count, 0);
}
