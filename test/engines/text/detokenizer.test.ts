import { expect, test } from 'vitest';
import { Detokenizer } from '../../../src/engines/text/detokenizer.ts';

test('byte-level spelling is undone', () => {
  const detokenizer = new Detokenizer({ model: 'gpt2', tokens: ['Ġreturn', 'Ċ', 'Ã©', '日本'] });
  expect([0, 1, 2, 3].map((token) => detokenizer.bytes(token).toString())).toEqual([
    ' return',
    '\n',
    'é',
    '日本',
  ]);
});

test('SentencePiece spelling is undone', () => {
  const detokenizer = new Detokenizer({
    model: 'llama',
    tokens: ['<unk>', '<s>', '▁▁return', '<0x0A>', '[▁]'],
    token_type: [2, 3, 1, 6, 4],
  });
  const texts = [0, 1, 2, 3, 4].map((token) => detokenizer.bytes(token).toString());
  expect(texts).toEqual(['', '', '  return', '\n', '[▁]']);
});

test('control tokens have a name and, where asked for, a text', () => {
  const detokenizer = new Detokenizer({
    model: 'gpt2',
    tokens: ['<|im_start|>', 'user', 'Ċ'],
    token_type: [3, 1, 1],
  });
  expect(detokenizer.controlName(0)).toBe('<|im_start|>');
  expect(detokenizer.controlName(1)).toBeUndefined();
  expect(detokenizer.textWithControls([0, 1, 2])).toBe('<|im_start|>user\n');
});

test('a vocabulary of an unknown kind is refused by its name', () => {
  expect(() => new Detokenizer({ model: 'rwkv', tokens: [] })).toThrow(/'rwkv'/);
});
