import { expect, test } from 'vitest';
import { vocabularyDifference } from '../../src/engines/vocabulary.ts';

const TABLE = { model: 'gpt2', pre: 'qwen2', tokens: ['a', 'b', 'c'] };

test('the same tokens agree', () => {
  expect(vocabularyDifference(TABLE, { ...TABLE })).toBeUndefined();
});

test('a sibling whose vocabulary is padded further agrees', () => {
  const padding = Array.from({ length: 128 }, (_, index) => `[PAD${index}]`);
  const padded = { ...TABLE, tokens: [...TABLE.tokens, ...padding] };
  expect(vocabularyDifference(TABLE, padded)).toBeUndefined();
  expect(vocabularyDifference(padded, TABLE)).toBeUndefined();
});

test.each([
  [{ tokens: ['a', 'x', 'c'] }, 'token 1 is "x" in it and "b" in the model (3 and 3 tokens)'],
  [{ tokens: Array<string>(200).fill('a') }, 'token 1 is "a" in it and "b" in the model'],
  [
    { tokens: [...TABLE.tokens, ...Array<string>(129).fill('more')] },
    'it has 132 tokens, the model 3',
  ],
  [{ pre: 'starcoder' }, "its tokenizer is gpt2/starcoder, the model's gpt2/qwen2"],
  [{ model: 'llama', pre: undefined }, "its tokenizer is llama, the model's gpt2/qwen2"],
])('another vocabulary is named by what differs first: %j', (change, words) => {
  expect(vocabularyDifference(TABLE, { ...TABLE, ...change })).toContain(words);
});
