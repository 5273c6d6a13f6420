import { z } from 'zod';
import { usageError } from '../../records/error.ts';
import type { Task } from '../../records/task.ts';
import { parseTaskLines } from '../task-lines.ts';
import { repaired } from './repairs.ts';

const lineSchema = z.object({
  task_id: z.string(),
  prompt: z.string().min(1),
  canonical_solution: z.string(),
  test: z.string().min(1),
  /** Without it, the last function that the prompt begins. */
  entry_point: z.string().optional(),
});

/** The beginning of a function at the start of a line. */
const FUNCTION = /^(?:(?:const|let|var)\s+([\w$]+)\s*=|(?:async\s+)?function\s*\*?\s*([\w$]+))/gm;

/**
 * The tasks in a data set in the format of HumanEval-X, whose `test` is a program that uses
 * `console.assert`; plain or gzip, in its order. Throws a usage error that names the line of `name`
 * that is not a task, or the task that comes twice.
 */
export function parseProgramTasks(bytes: Uint8Array, name: string): Task[] {
  return parseTaskLines({ bytes, name, schema: lineSchema }, (line) =>
    repaired({
      taskId: line.task_id,
      prompt: line.prompt,
      entryPoint: line.entry_point ?? lastFunction(line.prompt, line.task_id),
      canonicalSolution: line.canonical_solution,
      test: { kind: 'program', source: line.test },
    }),
  );
}

function lastFunction(prompt: string, taskId: string): string {
  const last = [...prompt.matchAll(FUNCTION)].at(-1);
  const found = last?.[1] ?? last?.[2];
  if (found === undefined) {
    throw usageError(
      `${taskId}: its prompt begins no function, and it has no entry_point; name the function that its test calls`,
    );
  }
  return found;
}
