import type { TokenizedText } from '../scoring.ts';

/**
 * A text as a server tokenized it, with the bytes that each token stands for: tokenizers show them as GPT-2
 * writes bytes (`Ġdef`), or as SentencePiece does (`▁def`, `<0x0A>`). `undefined` where neither way comes to the
 * bytes of the text.
 */
export function tokenizedText(
  text: string,
  tokens: readonly number[],
  shown: readonly string[],
): TokenizedText | undefined {
  const wanted = Buffer.byteLength(text);
  for (const bytesOf of [gpt2Bytes, sentencePieceBytes]) {
    const bytes = shown.map(bytesOf);
    const all = sumOf(bytes);
    const [first = 0, ...rest] = bytes;
    if (all === wanted) {
      return { tokens, bytes, bos: undefined };
    }
    if (sumOf(rest) === wanted) {
      return { tokens, bytes: [0, ...rest], bos: tokens[0] };
    }
    // SentencePiece puts a blank before a text, behind BOS where there is one.
    if (bytesOf === sentencePieceBytes && all === wanted + 1) {
      return { tokens, bytes: [first - 1, ...rest], bos: undefined };
    }
    if (bytesOf === sentencePieceBytes && sumOf(rest) === wanted + 1) {
      const [second = 0, ...others] = rest;
      return { tokens, bytes: [0, second - 1, ...others], bos: tokens[0] };
    }
  }
  return undefined;
}

/** GPT-2 shows each byte as one character (`bytes_to_unicode` of its encoder.py). */
function gpt2Bytes(shown: string): number {
  // All of them lie in the basic plane: a character is one UTF-16 unit.
  return shown.split('').every((character) => GPT2_CHARACTERS.has(character))
    ? shown.length
    : Number.NaN;
}

function sentencePieceBytes(shown: string): number {
  return /^<0x[0-9A-F]{2}>$/.test(shown) ? 1 : Buffer.byteLength(shown.replaceAll('\u2581', ' '));
}

/** Bytes that are printable stand for themselves, the others for what lies from U+0100 on. */
const GPT2_CHARACTERS = new Set(
  Array.from({ length: 256 + 68 }, (_, code) => String.fromCodePoint(code)).filter((character) =>
    /[!-~\u{a1}-\u{ac}\u{ae}-\u{ff}]|[\u{100}-\u{143}]/u.test(character),
  ),
);

export function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
