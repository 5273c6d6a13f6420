import { z } from 'zod';
import type { Task } from '../../records/task.ts';

/**
 * Inputs of MBPP+ 0.2.0 that are not asked, by their number from 1 on, since their answers are too
 * large to be passed on: combinations of 77 colors, up to 1.7 million of them, 1.1 GB in memory.
 */
const LEFT_OUT = { taskId: 'Mbpp/255', part: 'plus', numbers: [86, 87, 91, 97, 101] } as const;

/** The task without the inputs that are left out. */
export function withoutLeftOut(task: Task): Task {
  const { taskId, test } = task;
  if (taskId !== LEFT_OUT.taskId || test.kind !== 'inputs') {
    return task;
  }
  const lists = z.array(z.unknown()).parse(JSON.parse(test.inputs[LEFT_OUT.part] ?? '[]'));
  const asked = lists.filter((_, index) => !LEFT_OUT.numbers.some((one) => one === index + 1));
  return {
    ...task,
    test: { ...test, inputs: { ...test.inputs, [LEFT_OUT.part]: JSON.stringify(asked) } },
  };
}
