import type { Task } from '../../records/task.ts';

/** What is wrong with a task as it was published, and what it is replaced with. */
interface Repair {
  readonly taskId: string;
  readonly reason: string;
  readonly find: string;
  readonly replace: string;
}

/** Of canonical solutions that do not pass their own tests. The tests are right and stay. */
export const REPAIRS: readonly Repair[] = [
  {
    taskId: 'JavaScript/112',
    reason:
      'the solution returns (z, true), which in JavaScript is true alone; a pair is asked for',
    find: '  if (z == 0) {\n    return (z, false)\n  }\n  return (z, true)\n',
    replace: '  if (z == 0) {\n    return [t, false]\n  }\n  return [t, true]\n',
  },
  {
    taskId: 'JavaScript/155',
    reason: 'the solution counts no digit in 0, which has one that is even',
    find: '  if (num < 0) { num = -num }\n',
    replace: '  if (num === 0) { return [1, 0] }\n  if (num < 0) { num = -num }\n',
  },
];

/** The task with what is recorded for it repaired. */
export function repaired(task: Task): Task {
  return REPAIRS.filter(({ taskId }) => taskId === task.taskId).reduce(
    (found, { find, replace }) => ({
      ...found,
      canonicalSolution: found.canonicalSolution.replace(find, () => replace),
    }),
    task,
  );
}
