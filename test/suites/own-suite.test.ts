import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isSuitePath, readOwnSuite } from '../../src/suites/own-suite.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/own-suite', import.meta.url));
const TASK = {
  task_id: 'Own/0',
  prompt: 'def f(x):\n',
  entry_point: 'f',
  canonical_solution: '    return x\n',
  test: 'def check(candidate):\n    assert candidate(1) == 1\n',
};
const KEYS = { name: 'own', version: 1, language: 'python', tasks: 'tasks.jsonl', form: 'check' };

/** A folder with the description and one task. */
function folderWith(description: object | string, tasks = `${JSON.stringify(TASK)}\n`): string {
  const folder = temporaryFolder();
  const text = typeof description === 'string' ? description : JSON.stringify(description);
  writeFileSync(join(folder, 'suite.yaml'), text);
  writeFileSync(join(folder, 'tasks.jsonl'), tasks);
  return folder;
}

test.each(['./tasks.yaml', 'tasks.yml', 'folder/', 'suite.json', '/a/b'])(
  '%s is a path',
  (name) => {
    expect(isSuitePath(name)).toBe(true);
  },
);

test.each(['humaneval', 'humaneval+', 'mbpp+'])('%s is a name', (name) => {
  expect(isSuitePath(name)).toBe(false);
});

test('the example is read, as a folder and as a file', async () => {
  const own = await readOwnSuite(EXAMPLE, '/');
  expect(own.tasks).toHaveLength(3);
  expect(own.suite).toMatchObject({
    name: 'string-tools',
    title: 'string-tools',
    version: '1',
    language: 'python',
    limits: { timeoutMs: 2_000 },
    prompts: { raw: { maxTokens: 256 }, chat: { wording: 'string-tools-1', maxTokens: 1024 } },
  });
  expect(await readOwnSuite(join(EXAMPLE, 'suite.yaml'), '/')).toMatchObject({
    sha256: own.sha256,
  });
});

test('what is not said is as in the suites of its language', async () => {
  const { suite } = await readOwnSuite(folderWith(KEYS), '/');
  expect(suite.prompts.chat.wording).toBe('evalkit-chat-1');
  expect(suite.prompts.raw.stops).toContain('\ndef');
  expect(suite.limits).toBeUndefined();
});

test('tasks by inputs have both parts', async () => {
  const line = { ...TASK, base_input: [[1]], plus_input: [[2]], atol: 0 };
  const folder = folderWith({ ...KEYS, form: 'inputs', comparison: 'sets' }, JSON.stringify(line));
  const { suite, tasks } = await readOwnSuite(folder, '/');
  expect(suite.parts).toEqual(['base', 'plus']);
  expect(tasks[0]?.test).toMatchObject({ kind: 'inputs', comparison: 'sets' });
});

test.each([
  ['no key', {}, /suite\.yaml: name must be text, and nothing is given/],
  ['an unknown key', { ...KEYS, tests: 'x' }, /the key tests is not known; nearest: tasks/],
  [
    'an unknown key deeper',
    { ...KEYS, limits: { time: 1 } },
    /the key limits\.time is not known; nearest: limits\.timeout/,
  ],
  [
    'another language',
    { ...KEYS, language: 'cobol' },
    /language must be one of python, javascript/,
  ],
  [
    'another form',
    { ...KEYS, form: 'unit' },
    /form must be one of check, inputs, program, and "unit" is given/,
  ],
  ['a name with blanks', { ...KEYS, name: 'my suite' }, /name must be at most 40 of a-z/],
  [
    'a wording without its place',
    { ...KEYS, prompts: { chat: { instruction: 'Do it' } } },
    /prompts\.chat\.instruction must hold \{\{prompt\}\}/,
  ],
  [
    'a limit that is none',
    { ...KEYS, limits: { timeout: 0 } },
    /timeout must be a number of seconds, and 0 is/,
  ],
  ['too little memory', { ...KEYS, limits: { memoryMib: 1 } }, /memoryMib must be at least 32/],
  [
    'tasks that are not there',
    { ...KEYS, tasks: 'other.jsonl' },
    /tasks other\.jsonl cannot be read/,
  ],
  ['text that is not YAML', 'name: [', /suite\.yaml:1: not valid YAML/],
  [
    'a form of another language',
    { ...KEYS, form: 'program' },
    /form does not go with the language python; it takes check, inputs/,
  ],
  ['a comparison with check', { ...KEYS, comparison: 'sets' }, /comparison goes with form: inputs/],
])('%s is refused by name and place', async (_, description, message) => {
  await expect(readOwnSuite(folderWith(description), '/')).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(message),
  });
});

test('tasks in JavaScript are programs', async () => {
  const line = {
    task_id: 'Own/0',
    prompt: 'const half = (n) => {\n',
    canonical_solution: '  return n / 2;\n}\n',
    test: 'console.assert(half(4) === 2)',
  };
  const keys = { ...KEYS, language: 'javascript', form: 'program' };
  const { suite, tasks } = await readOwnSuite(folderWith(keys, JSON.stringify(line)), '/');
  expect(suite.prompts.chat.wording).toBe('evalkit-js-chat-1');
  expect(tasks[0]).toMatchObject({ entryPoint: 'half', test: { kind: 'program' } });
});

test('an empty folder is refused with what is looked for', async () => {
  const folder = join(temporaryFolder(), 'empty');
  mkdirSync(folder);
  await expect(readOwnSuite(folder, '/')).rejects.toMatchObject({
    message: expect.stringMatching(
      /empty\/suite\.yaml cannot be read; name a YAML file, or a folder/,
    ),
  });
});

test('tasks of another form are refused by line', async () => {
  const folder = folderWith({ ...KEYS, form: 'inputs' });
  await expect(readOwnSuite(folder, '/')).rejects.toThrow(
    /tasks\.jsonl, line 1 is not a task: base_input/,
  );
});
