import { expect, test } from 'vitest';
import { completionsOf, seedOf } from '../../src/measures/completions.ts';
import { makeCell, TASKS } from '../fixtures/run.ts';

const SAMPLE = { mode: 'sample', temperature: 0.2, topP: 0.95, topK: 0, samples: 3 } as const;

test('each sample has a key and a seed of its own, the same in every run', () => {
  const cell = makeCell({ decode: SAMPLE, seed: 5 });
  const answers = completionsOf(cell, TASKS);
  expect(answers.map(({ task, sample }) => `${task.taskId} ${sample}`).slice(0, 4)).toEqual([
    'Test/0 0',
    'Test/0 1',
    'Test/0 2',
    'Test/1 0',
  ]);
  expect(new Set(answers.map(({ key }) => key)).size).toBe(9);
  const seeds = answers.map((answer) => seedOf(cell, answer));
  expect(new Set(seeds).size).toBe(9);
  expect(seeds.every((seed) => seed >= 0 && seed < 2 ** 32 - 1)).toBe(true);
  expect(answers.map((answer) => seedOf(cell, answer))).toEqual(seeds);
  expect(seedOf({ ...cell, seed: 6 }, { task: TASKS[0] ?? fail(), sample: 0 })).not.toBe(seeds[0]);
});

test('asking for more samples keeps those that are there', () => {
  expect(keysOf(5).slice(0, 3)).toEqual(keysOf(3));
});

test('where nothing is drawn a task has one answer, with the seed of the cell', () => {
  const answers = completionsOf(makeCell(), TASKS);
  expect(answers.map(({ sample }) => sample)).toEqual([0, 0, 0]);
  expect(answers.map((answer) => seedOf(makeCell(), answer))).toEqual([0, 0, 0]);
});

function fail(): never {
  throw new Error('no task');
}

function keysOf(samples: number): string[] {
  const cell = makeCell({ decode: { ...SAMPLE, samples } });
  return completionsOf(cell, TASKS.slice(0, 1)).map(({ key }) => key);
}
