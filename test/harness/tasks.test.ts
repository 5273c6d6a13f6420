import { expect, test } from 'vitest';
import { selectTasks } from '../../src/harness/tasks.ts';
import { ADD } from '../fixtures/task.ts';

const TASKS = Array.from({ length: 20 }, (_, index) => ({ ...ADD, taskId: `Test/${index}` }));

function ids(selection: string | undefined, limit?: number): string[] {
  return selectTasks(TASKS, selection, limit).map((task) => task.taskId.slice('Test/'.length));
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
