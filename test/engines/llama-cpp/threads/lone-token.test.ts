import { expect, test } from 'vitest';
import { hasLoneDeepToken } from '../../../../src/engines/llama-cpp/threads/lone-token.ts';

const token = (sequence: number, first: number, tokens = 1) => ({ sequence, first, tokens });

test.each([
  ['a token alone, deep', [token(0, 256)], true],
  ['a token alone, not deep', [token(0, 255)], false],
  ['a prompt', [token(0, 300, 100)], false],
  ['two sequences side by side', [token(0, 300), token(1, 300)], false],
  ['two sequences with a gap between them', [token(0, 300), token(2, 300)], true],
  ['two groups', [token(0, 300), token(1, 300), token(4, 300), token(5, 300)], false],
  ['a token beside a prompt', [token(0, 300), token(1, 0, 100)], false],
  ['what is left of a prompt beside one of the others', [token(0, 300), token(1, 512, 2)], true],
])('%s', (_, parts, expected) => {
  expect(hasLoneDeepToken(parts)).toBe(expected);
});
