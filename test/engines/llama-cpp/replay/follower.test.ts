import { expect, test } from 'vitest';
import { Follower } from '../../../../src/engines/llama-cpp/replay/follower.ts';

function followed(reference: readonly number[], own: readonly number[]): Follower {
  const follower = new Follower(reference);
  for (const token of own) {
    follower.add(token);
  }
  return follower;
}

test('a completion is expected to go on as its reference does', () => {
  expect(followed([1, 2, 3, 4], []).guesses(2)).toEqual([1, 2]);
  expect(followed([1, 2, 3, 4], [1, 2]).guesses(9)).toEqual([3, 4]);
  expect(followed([1, 2], [1, 2]).guesses(9)).toEqual([]);
});

test('nothing is expected of one that has parted from its reference', () => {
  expect(followed([1, 2, 3, 4], [1, 7]).guesses(9)).toEqual([]);
  expect(followed([1, 2, 3, 4], [1, 7, 3]).guesses(9)).toEqual([]);
  expect(followed([], [1]).guesses(9)).toEqual([]);
});

test('two equal tokens in a row join it again, after other tokens, more of them or fewer', () => {
  const reference = [1, 2, 3, 4, 5, 6];
  expect(followed(reference, [1, 9, 3, 4]).guesses(9)).toEqual([5, 6]);
  expect(followed(reference, [1, 9, 9, 9, 3, 4]).guesses(9)).toEqual([5, 6]);
  expect(followed(reference, [1, 4, 5]).guesses(9)).toEqual([6]);
});

test('of several places the longest match counts, of equal ones the nearest', () => {
  const reference = [1, 2, 3, 0, 5, 2, 3, 7, 8, 0, 2, 3, 9];
  expect(followed(reference, [4, 5, 2, 3]).guesses(1)).toEqual([7]);
  expect(followed(reference, [4, 2, 3]).guesses(1)).toEqual([0]);
  expect(followed(reference, [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 2, 3]).guesses(1)).toEqual([9]);
});

test('the more equal tokens stand before it, the surer a guess', () => {
  const reference = [1, 2, 3, 4, 5, 6];
  const beginning = followed(reference, []).equal;
  expect(followed(reference, [1]).equal).toBe(beginning + 1);
  expect(followed(reference, [1, 9]).equal).toBe(0);
  expect(followed(reference, [1, 9, 3, 4]).equal).toBe(2);
  expect(followed(reference, [1, 9, 3, 4, 5]).equal).toBe(3);
});
