import { z } from 'zod';
import { type Member, membersOf, rawField } from '../../records/json-text.ts';
import type { InputsTest, Task } from '../../records/task.ts';
import { parseTaskLines } from '../task-lines.ts';
import { promptLineSchema, taskFields } from './task-lines.ts';

/** A list of argument lists; an object without keys stands for none in Mbpp/793. */
const argumentListsSchema = z.preprocess(
  (value) => (isEmptyObject(value) ? [] : value),
  z.array(z.array(z.unknown())),
);

function isEmptyObject(value: unknown): boolean {
  return z.strictObject({}).safeParse(value).success;
}

const inputsLineSchema = promptLineSchema.extend({
  base_input: argumentListsSchema,
  plus_input: argumentListsSchema,
  atol: z.number().nonnegative(),
});

/** What the lines of the format leave to the suite. */
export type InputsRules = Pick<InputsTest, 'comparison' | 'conversions'>;

/**
 * The tasks in a data set in the format of EvalPlus, plain or gzip, in its order; `rulesOf` adds
 * what the lines do not say. Throws a usage error that names the line of `name` that is not a task,
 * or the task that comes twice.
 */
export function parseInputsTasks(
  bytes: Uint8Array,
  name: string,
  rulesOf: (task: Omit<Task, 'test'>) => InputsRules,
): Task[] {
  return parseTaskLines({ bytes, name, schema: inputsLineSchema }, (line, text) => {
    const fields = taskFields(line);
    // Parsed here, integers beyond 2^53 would be rounded, and numeric keys come first.
    const members = membersOf(text);
    return {
      ...fields,
      test: {
        kind: 'inputs',
        reference: line.prompt + line.canonical_solution,
        inputs: {
          base: listsIn(members, 'base_input'),
          plus: listsIn(members, 'plus_input'),
        },
        atol: line.atol,
        ...rulesOf(fields),
      },
    };
  });
}

function listsIn(members: readonly Member[], field: string): string {
  const text = rawField(members, field);
  return text === '{}' ? '[]' : text;
}
