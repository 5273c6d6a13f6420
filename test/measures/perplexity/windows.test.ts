import { assert, constant, integer, property, record, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import type { TokenizedText } from '../../../src/engines/scoring.ts';
import { cutRow, cutText } from '../../../src/measures/perplexity/windows.ts';

/** Tokens 0, 1, 2, …, each of two bytes. */
function textOf(length: number, bos?: number): TokenizedText {
  const tokens = Array.from({ length }, (_, index) => index);
  return { tokens, bytes: tokens.map(() => 2), bos };
}

const scoredIn = (windows: ReturnType<typeof cutRow>): number[] =>
  windows.flatMap(({ tokens, scoreFrom }) => tokens.slice(scoreFrom));

test('a row that fits is one window that scores all but its first token', () => {
  const windows = cutRow(textOf(5), { kind: 'rows', window: 8, stride: 4 });
  expect(windows).toEqual([{ tokens: [0, 1, 2, 3, 4], scoreFrom: 1, bytes: 8 }]);
});

test('tokens that are given are read and not scored', () => {
  const method = { kind: 'rows', window: 4, stride: 2 } as const;
  expect(scoredIn(cutRow(textOf(7), method, 0))).toEqual([1, 2, 3, 4, 5, 6]);
  expect(scoredIn(cutRow(textOf(7), method, 3))).toEqual([3, 4, 5, 6]);
  expect(scoredIn(cutRow(textOf(12), method, 9))).toEqual([9, 10, 11]);
  expect(cutRow(textOf(3), method, 3)).toEqual([]);
});

test('a longer row is cut every stride tokens', () => {
  const windows = cutRow(textOf(7), { kind: 'rows', window: 4, stride: 2 });
  expect(windows.map(({ tokens, scoreFrom }) => [tokens, scoreFrom])).toEqual([
    [[0, 1, 2, 3], 1],
    [[2, 3, 4, 5], 2],
    [[4, 5, 6], 2],
  ]);
});

test('each token but the first is scored exactly once, and after at least one other', () => {
  const shape = tuple(integer({ min: 0, max: 60 }), integer({ min: 2, max: 20 })).chain(
    ([length, window]) =>
      record({
        length: constant(length),
        window: constant(window),
        stride: integer({ min: 1, max: window - 1 }),
      }),
  );
  assert(
    property(shape, ({ length, window, stride }) => {
      const text = textOf(length);
      const windows = cutRow(text, { kind: 'rows', window, stride });
      expect(scoredIn(windows)).toEqual(text.tokens.slice(1));
      expect(windows.every(({ scoreFrom }) => scoreFrom >= 1)).toBe(true);
      expect(windows.every(({ tokens }) => tokens.length <= window)).toBe(true);
      expect(windows.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(
        Math.max(0, 2 * (length - 1)),
      );
    }),
  );
});

test("llama.cpp's windows lie side by side, score what follows the middle, and drop the rest", () => {
  const windows = cutText(textOf(19), { kind: 'llama-cpp', window: 8 });
  expect(windows).toEqual([
    { tokens: [0, 1, 2, 3, 4, 5, 6, 7], scoreFrom: 5, bytes: 6 },
    { tokens: [8, 9, 10, 11, 12, 13, 14, 15], scoreFrom: 5, bytes: 6 },
  ]);
});

test("a BOS takes the place of each of llama.cpp's windows' first tokens", () => {
  const windows = cutText(textOf(8, 99), { kind: 'llama-cpp', window: 4 });
  expect(windows.map(({ tokens }) => tokens)).toEqual([
    [99, 1, 2, 3],
    [99, 5, 6, 7],
  ]);
});

test('a text shorter than a window has none', () => {
  expect(cutText(textOf(7), { kind: 'llama-cpp', window: 8 })).toEqual([]);
  expect(cutRow(textOf(1), { kind: 'rows', window: 8, stride: 4 })).toEqual([]);
});
