import type { z } from 'zod';
import { usageError } from '../records/error.ts';
import { issueWords } from '../records/issue-words.ts';
import type { Task } from '../records/task.ts';
import { jsonLines } from './json-lines.ts';

/**
 * The tasks in a file of lines that fit `schema`, plain or gzip, in its order. Throws a usage error
 * that names the line of `name` that is not a task, or the task that comes twice.
 */
export function parseTaskLines<T>(
  file: {
    readonly bytes: Uint8Array;
    readonly name: string;
    readonly schema: z.ZodType<T> & { readonly shape: object };
  },
  taskOf: (line: T, text: string) => Task,
): Task[] {
  const { bytes, name, schema } = file;
  const seen = new Set<string>();
  return jsonLines(bytes, name).map(({ value, text, where }) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join('.') ?? '';
      throw usageError(
        `${where} is not a task: ${field === '' ? 'it' : field} ${issueWords(issue)}; a task has the fields ${Object.keys(schema.shape).join(', ')}`,
        parsed.error,
      );
    }
    const task = taskOf(parsed.data, text);
    if (seen.has(task.taskId)) {
      throw usageError(`${where}: the task ${task.taskId} comes twice`);
    }
    seen.add(task.taskId);
    return task;
  });
}
