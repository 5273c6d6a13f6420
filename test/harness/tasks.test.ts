import { expect, test } from 'vitest';
import { selectTasks } from '../../src/harness/tasks.ts';
import type { Task } from '../../src/records/task.ts';
import { ADD } from '../fixtures/task.ts';

const TASKS = Array.from({ length: 20 }, (_, index) => ({ ...ADD, taskId: `Test/${index}` }));

function ids(selection: string | undefined, limit?: number): string[] {
  return idsOf(selectTasks(TASKS, { tasks: selection, limit, seed: 0 }).tasks);
}

function idsOf(tasks: readonly Task[]): string[] {
  return tasks.map((task) => task.taskId.slice('Test/'.length));
}

function drawn(sample: number, seed: number, of: readonly Task[] = TASKS): string[] {
  return idsOf(selectTasks(of, { sample, seed }).tasks);
}

test('no selection picks all', () => {
  expect(ids(undefined)).toHaveLength(20);
});

test('positions, ranges with both ends and ids are joined, in the order of the data set', () => {
  expect(ids('17,0-2, Test/5 ')).toEqual(['0', '1', '2', '5', '17']);
});

test('a task named twice comes once', () => {
  expect(ids('1,1,0-1,Test/1')).toEqual(['0', '1']);
});

test('a limit keeps the first of what is picked', () => {
  expect(ids('10-19', 2)).toEqual(['10', '11']);
  expect(ids(undefined, 3)).toEqual(['0', '1', '2']);
});

test.each([
  ['Test/20', "--tasks: no task 'Test/20'; name positions (0-9), or ids as Test/0"],
  ['', "--tasks: no task ''"],
  ['5-2', '--tasks: 5-2 is not a range of this data set, whose tasks are 0 to 19'],
  ['20', '--tasks: 20 is not a range of this data set'],
  ['-1', "--tasks: no task '-1'"],
])('%j is refused and named', (selection, message) => {
  expect(() => ids(selection)).toThrow(message);
});

test('a sample is the same wherever it is drawn by one seed, and another by another', () => {
  const one = drawn(5, 0);
  expect(one).toHaveLength(5);
  expect(one).toEqual(one.toSorted((a, b) => Number(a) - Number(b)));
  expect(drawn(5, 0, TASKS.toReversed()).toSorted()).toEqual(one.toSorted());
  expect(drawn(5, 1)).not.toEqual(one);
  expect(drawn(10, 0)).toEqual(expect.arrayContaining(one));
  expect(drawn(20, 3)).toHaveLength(20);
});

test('every task is drawn about as often as any other', () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 400; seed += 1) {
    for (const id of drawn(5, seed)) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  // 100 are expected of each; six standard deviations are 52.
  expect(Math.min(...counts.values())).toBeGreaterThan(48);
  expect(Math.max(...counts.values())).toBeLessThan(152);
});

test('a sample is drawn from the tasks that are named, and says from how many', () => {
  const { tasks, sample } = selectTasks(TASKS, { tasks: '10-19', sample: 4, seed: 7 });
  expect(idsOf(tasks).every((id) => Number(id) >= 10)).toBe(true);
  expect(sample).toEqual({ seed: 7, of: 10 });
  expect(() => selectTasks(TASKS, { tasks: '0-2', sample: 4, seed: 0 })).toThrow(
    '--sample 4: only 3 tasks are there to draw from; ask for at most so many, or leave it out for all',
  );
});
