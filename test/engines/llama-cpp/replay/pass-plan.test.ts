import { expect, test } from 'vitest';
import { Chances } from '../../../../src/engines/llama-cpp/replay/chances.ts';
import { costOfParts, planGuesses } from '../../../../src/engines/llama-cpp/replay/pass-plan.ts';

/** Chances of guesses of which each is right with the same probability. */
function ahead(probability: number, count = 100): number[] {
  return Array.from({ length: count }, (_, index) => probability ** (index + 1));
}

function standings(count: number, probability: number) {
  return Array.from({ length: count }, () => ({ unread: 1, ahead: ahead(probability) }));
}

test('sequences of the same length are one part, and what is left of longer ones another', () => {
  expect(costOfParts([0, 0])).toBe(0);
  expect(costOfParts([1])).toBe(5);
  expect(costOfParts([4, 4])).toBe(10 + 8);
  expect(costOfParts([4, 1])).toBe(10 + 2 + 10 + 3);
});

test('an idle sequence between two costs a part more', () => {
  expect(costOfParts([4, 0, 4])).toBe(2 * (10 + 4));
});

test('the surer the guesses, the more are checked in a pass', () => {
  const [unsure, sure, certain] = [0.6, 0.95, 0.999].map(
    (probability) => planGuesses(standings(16, probability))[0] ?? 0,
  );
  expect(unsure).toBeLessThanOrEqual(1);
  expect(sure).toBeGreaterThan(1);
  expect(certain).toBe(15);
});

test('one sequence alone checks more than one of many', () => {
  expect(planGuesses(standings(1, 0.99))[0]).toBeGreaterThan(
    planGuesses(standings(16, 0.99))[0] ?? 0,
  );
});

test('a sequence that has parted from its reference checks nothing, an idle one neither', () => {
  const sure = { unread: 1, ahead: ahead(0.99) };
  const [followed, parted, idle] = planGuesses([sure, { unread: 1, ahead: [] }, undefined]);
  expect(followed).toBeGreaterThan(1);
  expect([parted, idle]).toEqual([0, 0]);
});

test('no more is checked than there is', () => {
  expect(planGuesses([{ unread: 30, ahead: ahead(0.99, 3) }])).toEqual([3]);
});

test('chances are learned from what was right after as many equal tokens', () => {
  const chances = new Chances();
  const before = chances.after(20);
  for (let count = 0; count < 100; count += 1) {
    chances.add(20, false);
  }
  expect(chances.after(20)).toBeLessThan(0.1);
  expect(chances.after(2)).toBeLessThan(before);
  expect(new Chances().after(20)).toBe(before);
  const [first, second] = new Chances().ahead(20, 2);
  expect(first).toBe(before);
  expect(second).toBeCloseTo(before ** 2, 12);
});
