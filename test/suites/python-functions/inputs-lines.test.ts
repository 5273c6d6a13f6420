import { expect, test } from 'vitest';
import { parseInputsTasks } from '../../../src/suites/python-functions/inputs-lines.ts';

const RULES = () => ({ comparison: 'close' });

test.each([
  ['{"task_id": "A/0"}', /line 1 is not a task: prompt/],
  [
    '{"task_id": "A/0", "prompt": "p", "entry_point": "e", "canonical_solution": "", "base_input": [1], "plus_input": [], "atol": 0}',
    /line 1 is not a task: base_input\.0/,
  ],
])('of %s the line is named', (line, message) => {
  expect(() => parseInputsTasks(new TextEncoder().encode(line), 'own.jsonl', RULES)).toThrow(
    message,
  );
});

test('an object without keys is no inputs', () => {
  const line =
    '{"task_id": "A/0", "prompt": "p", "entry_point": "e", "canonical_solution": "", "base_input": [[1]], "plus_input": {}, "atol": 0}';
  const [task] = parseInputsTasks(new TextEncoder().encode(line), 'own.jsonl', RULES);
  expect(task?.test).toMatchObject({ inputs: { base: '[[1]]', plus: '[]' } });
});
