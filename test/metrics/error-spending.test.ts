import { expect, test } from 'vitest';
import { lostToFail, passesAt, scoresToPass } from '../../src/metrics/error-spending.ts';

const TASKS = 164;
const LOOKS = [...Array.from({ length: 10 }, (_, look) => 16 * (look + 1)), TASKS];
const ERROR = 0.05;
const MARGIN = 0.05;

/** The chance that lost tasks ever reach what fails, of flips that are lost with one half. */
function chanceToFail(flips: readonly number[]): number {
  const least = lostToFail(
    LOOKS.map((tasks, look) => ({ tasks, flips: flips[look] ?? 0 })),
    { tasks: TASKS, error: ERROR },
  );
  let law = new Map([[0, 1]]);
  let ended = 0;
  for (const [look, until] of flips.entries()) {
    for (let flip = flips[look - 1] ?? 0; flip < until; flip += 1) {
      const next = new Map<number, number>();
      for (const [lost, chance] of law) {
        next.set(lost, (next.get(lost) ?? 0) + chance / 2);
        next.set(lost + 1, (next.get(lost + 1) ?? 0) + chance / 2);
      }
      law = next;
    }
    for (const [lost, chance] of law) {
      if (lost >= (least[look] ?? Infinity)) {
        ended += chance;
        law.delete(lost);
      }
    }
  }
  return ended;
}

test.each([
  ['few flips', (tasks: number) => Math.round(tasks * 0.05)],
  ['flips as they are common', (tasks: number) => Math.round(tasks * 0.12)],
  ['many flips', (tasks: number) => Math.round(tasks * 0.5)],
  ['nothing but flips', (tasks: number) => tasks],
  ['all flips at the beginning', (tasks: number) => Math.min(tasks, 20)],
  ['all flips at the end', (tasks: number) => Math.max(0, tasks - 140)],
])('no look fails a candidate that is as good more often than planned: %s', (_, course) => {
  const chance = chanceToFail(LOOKS.map(course));
  expect(chance).toBeLessThanOrEqual(ERROR);
  expect(chance).toBeGreaterThan(ERROR / 4);
});

const SCORES = scoresToPass(LOOKS, { margin: MARGIN, error: ERROR });

/** The chance that a look ever passes a candidate of these chances, and the tasks that it takes. */
function chanceToPass(lose: number, gain: number): { chance: number; tasks: number } {
  let law = new Map([[0, 1]]);
  const ended = { chance: 0, tasks: 0 };
  for (const [look, until] of LOOKS.entries()) {
    for (let task = LOOKS[look - 1] ?? 0; task < until; task += 1) {
      const next = new Map<number, number>();
      const add = (at: number, chance: number): void => {
        next.set(at, (next.get(at) ?? 0) + chance);
      };
      for (const [at, chance] of law) {
        // What is left out could add 1e-9 at most.
        if (chance > 1e-14) {
          add(at, chance * (1 - lose - gain));
          add(at + 1000, chance * lose);
          add(at + 1, chance * gain);
        }
      }
      law = next;
    }
    for (const [at, chance] of law) {
      const counts = { pairs: until, lost: Math.floor(at / 1000), gained: at % 1000 };
      if (passesAt(counts, MARGIN, SCORES[look] ?? -Infinity)) {
        ended.chance += chance;
        ended.tasks += chance * until;
        law.delete(at);
      }
    }
  }
  const left = 1 - ended.chance;
  return { chance: ended.chance, tasks: ended.tasks + left * TASKS };
}

test('no look passes a candidate at the margin more often than planned', () => {
  for (const gain of [0, 0.005, 0.013, 0.035, 0.081, 0.15]) {
    // Between the chances that the plan was made for it may be a little more.
    expect(chanceToPass(MARGIN + gain, gain).chance).toBeLessThan(ERROR + 0.0005);
  }
});

test('a good candidate passes nearly as often as with one look at the end, and sooner', () => {
  const nearlySame = chanceToPass(0.01, 0.01);
  expect(nearlySame.chance).toBeGreaterThan(0.88);
  expect(nearlySame.tasks).toBeLessThan(125);
});

test('what could not be lost by chance fails nobody', () => {
  expect(lostToFail([{ tasks: 16, flips: 2 }], { tasks: TASKS, error: ERROR })).toEqual([Infinity]);
  expect(lostToFail([{ tasks: TASKS, flips: 5 }], { tasks: TASKS, error: ERROR })).toEqual([5]);
});
