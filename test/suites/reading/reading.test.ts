import { afterAll, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { PYTHON_FUNCTIONS } from '../../../src/suites/python-functions/rules.ts';
import type { Extraction } from '../../../src/suites/suite.ts';
import type { PromptStyle } from '../../../src/records/plan.ts';
import { ADD } from '../../fixtures/task.ts';

const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'w',
  instruction: '{{prompt}}',
  answerPrefix: '',
};
const RAW: PromptStyle = { mode: 'raw' };

const FUNCTION = 'def add(a, b):\n    return a + b';

const sandbox = await openPythonSandbox({ level: 'auto', env: process.env, workers: 1 });

afterAll(() => sandbox[Symbol.asyncDispose]());

function extract(text: string, style: PromptStyle = CHAT): Promise<Extraction> {
  return PYTHON_FUNCTIONS.extraction.extract({ text, task: ADD, style }, sandbox);
}

async function codeOf(answer: string, style?: PromptStyle): Promise<string | undefined> {
  const extraction = await extract(answer, style);
  return extraction.kind === 'code' ? extraction.code : undefined;
}

test('a raw answer is taken as it stands', async () => {
  expect(await codeOf('    return a + b\n  ', RAW)).toBe('    return a + b\n  ');
  expect(await codeOf('', RAW)).toBe('');
});

test('a block that repeats the function follows on a line of its own', async () => {
  expect(await codeOf(`Sure!\n\`\`\`python\n${FUNCTION}\n\`\`\`\nDone.`)).toBe(`\n${FUNCTION}`);
});

test('the first block that defines the entry point counts, not an earlier one', async () => {
  expect(await codeOf(`\`\`\`\npip install x\n\`\`\`\n\`\`\`python\n${FUNCTION}\n\`\`\``)).toBe(
    `\n${FUNCTION}`,
  );
});

test('a name that only begins like the entry point does not define it', async () => {
  const other = 'def add_all(xs):\n    return sum(xs)';
  expect(await codeOf(`\`\`\`\n${other}\n\`\`\`\n\`\`\`\n${FUNCTION}\n\`\`\``)).toBe(
    `\n${FUNCTION}`,
  );
});

test('a fence that is never closed runs to the end', async () => {
  expect(await codeOf(`\`\`\`python\n${FUNCTION}`)).toBe(`\n${FUNCTION}`);
});

test('a longer or other fence is closed by its like alone', async () => {
  expect(await codeOf(`\`\`\`\`\n${FUNCTION}\n\`\`\`\n\`\`\`\``)).toBe(`\n${FUNCTION}`);
  expect(await codeOf(`~~~py\n${FUNCTION}\n~~~`)).toBe(`\n${FUNCTION}`);
});

test('Windows line ends are read', async () => {
  expect(await codeOf('```python\r\nreturn a + b\r\n```\r\n')).toBe('    return a + b');
});

test('an answer that was begun inside a fence is read with what began it', async () => {
  const style: PromptStyle = { ...CHAT, answerPrefix: '```python\n' };
  expect(await codeOf(`${FUNCTION}\n\`\`\``, style)).toBe(`\n${FUNCTION}`);
});

test('thoughts are dropped, finished or not', async () => {
  const draft = '```python\ndef add(a, b):\n    return 0\n```';
  expect(await codeOf(`<think>${draft}</think>\`\`\`python\n${FUNCTION}\n\`\`\``)).toBe(
    `\n${FUNCTION}`,
  );
  expect(await codeOf(`<think>${draft}`)).toBeUndefined();
});

test.each([
  [
    'dedented',
    'if a:\n    return a + b\nreturn b',
    '    if a:\n        return a + b\n    return b',
  ],
  ['indented', '    c = a\n    return c + b', '    c = a\n    return c + b'],
  ['indented too far', '        return a + b', '    return a + b'],
  ['with the first indentation lost', 'c = a\n    return c + b', '    c = a\n    return c + b'],
  [
    'with the first indentation lost before a block',
    'for c in [a]:\n        a = c\n    return a + b',
    '    for c in [a]:\n        a = c\n    return a + b',
  ],
  ['with an empty line', 'c = a\n\nreturn c + b', '    c = a\n\n    return c + b'],
])('a bare body is indented to fit: %s', async (_, body, expected) => {
  expect(await codeOf(`\`\`\`python\n${body}\n\`\`\``)).toBe(expected);
});

test('without a fence a definition of the entry point still counts', async () => {
  expect(await codeOf(`Here it is:\n\nimport math\n${FUNCTION}\n`)).toBe(
    `\nimport math\n${FUNCTION}`,
  );
});

test('without a fence an indented body still counts', async () => {
  expect(await codeOf('    return a + b\n\nDone.')).toBe('    return a + b');
});

test.each([
  '',
  '   \n',
  'I cannot do that.',
  '```python\n```',
  '```python\n\n',
  '<think>hm</think>',
])('an answer without code has none: %j', async (answer) => {
  expect(await extract(answer)).toMatchObject({ kind: 'no-code' });
});
