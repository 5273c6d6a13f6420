import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CompletionText } from '../../../src/engines/text/completion-text.ts';
import { Detokenizer, type Vocabulary } from '../../../src/engines/text/detokenizer.ts';
import type { StopRule } from '../../../src/records/plan.ts';
import { byteTokens } from '../../fixtures/tiny-gguf.ts';

const NO_STOP = stopAt();
const FILE_SEP = 256;
const IM_END = 257;

/** One token a byte, and two control tokens. */
const BYTES: Vocabulary = {
  model: 'gpt2',
  tokens: [...byteTokens(), '<file_sep>', '<|im_end|>'],
  token_type: [...byteTokens().map(() => 1), 3, 3],
};

function stopAt(...sequences: string[]): StopRule {
  return { kind: 'sequences', sequences };
}

/** A vocabulary with these tokens. */
function vocabularyOf(tokens: readonly Uint8Array[]): Vocabulary {
  const alphabet = byteTokens();
  const spell = (bytes: Uint8Array): string => Array.from(bytes, (byte) => alphabet[byte]).join('');
  return { model: 'gpt2', tokens: tokens.map(spell) };
}

test('the text is that of all bytes together, however they lie in tokens', () => {
  const tokens = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3 }), { minLength: 1 });
  fc.assert(
    fc.property(tokens, fc.string({ unit: 'grapheme', minLength: 1 }), (arbitrary, text) => {
      for (const parts of [
        arbitrary,
        Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)),
      ]) {
        const limits = { stop: NO_STOP, maxTokens: parts.length };
        const completion = new CompletionText(new Detokenizer(vocabularyOf(parts)), limits);
        const reasons = parts.map((_, token) => completion.add(token));
        expect(reasons.at(-1)).toBe('max-tokens');
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
        expect(completion.text).toBe(decoder.decode(Buffer.concat(parts)));
      }
    }),
  );
});

test('half a character is held back until the rest comes', () => {
  const completion = new CompletionText(new Detokenizer(BYTES), { stop: NO_STOP, maxTokens: 9 });
  const [first = 0, second = 0] = Buffer.from('é');
  completion.add(first);
  expect(completion.text).toBe('');
  completion.add(second);
  expect(completion.text).toBe('é');
});

test('a character that is never finished becomes U+FFFD when the completion ends', () => {
  const completion = new CompletionText(new Detokenizer(BYTES), { stop: NO_STOP, maxTokens: 9 });
  completion.add(0x61);
  completion.add(0xc3);
  completion.end();
  expect(completion.text).toBe('a\uFFFD');
});

test('a control token whose name is a stop sequence is that stop', () => {
  const stop = stopAt('\ndef', '<file_sep>');
  const completion = new CompletionText(new Detokenizer(BYTES), { stop, maxTokens: 9 });
  expect(completion.add(0x61)).toBeUndefined();
  expect(completion.add(FILE_SEP)).toBe('stop-sequence');
  expect(completion.text).toBe('a');
  expect(completion.tokens).toEqual([0x61, FILE_SEP]);
});

test('any other control token leaves no text', () => {
  const completion = new CompletionText(new Detokenizer(BYTES), { stop: NO_STOP, maxTokens: 9 });
  completion.add(IM_END);
  expect(completion.text).toBe('');
});

test('a stop sequence counts more than the token cap that it is reached with', () => {
  const stop = stopAt('b');
  const completion = new CompletionText(new Detokenizer(BYTES), { stop, maxTokens: 2 });
  completion.add(0x61);
  expect(completion.add(0x62)).toBe('stop-sequence');
});
