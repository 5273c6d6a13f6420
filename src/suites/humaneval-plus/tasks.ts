import { z } from 'zod';
import type { Task } from '../../records/task.ts';
import { parseTaskLines, promptLineSchema, taskFields } from '../python-functions/task-lines.ts';
import { rawField } from './raw-field.ts';

const argumentListsSchema = z.array(z.array(z.unknown()));

const inputsLineSchema = promptLineSchema.extend({
  base_input: argumentListsSchema,
  plus_input: argumentListsSchema,
  atol: z.number().nonnegative(),
});

/** Its polynomials have several roots; any will do. */
const ROOT_FINDER = 'find_zero';

/**
 * The tasks in a data set in the format of HumanEval+, plain or gzip, in its order. Throws a usage
 * error that names the line of `name` that is not a task, or the task that comes twice.
 */
export function parseInputsTasks(bytes: Uint8Array, name: string): Task[] {
  return parseTaskLines({ bytes, name, schema: inputsLineSchema }, (line, text) => ({
    ...taskFields(line),
    test: {
      kind: 'inputs',
      reference: line.prompt + line.canonical_solution,
      inputs: { base: rawField(text, 'base_input'), plus: rawField(text, 'plus_input') },
      atol: line.atol,
      comparison: line.entry_point === ROOT_FINDER ? 'polynomial-root' : 'close',
    },
  }));
}
