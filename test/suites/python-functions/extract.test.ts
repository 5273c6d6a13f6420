import { expect, test } from 'vitest';
import { extract } from '../../../src/suites/python-functions/extract.ts';
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

function codeOf(answer: string, style: PromptStyle = CHAT): string | undefined {
  const extraction = extract(answer, ADD, style);
  return extraction.kind === 'code' ? extraction.code : undefined;
}

test('a raw answer is taken as it stands', () => {
  expect(codeOf('    return a + b\n  ', RAW)).toBe('    return a + b\n  ');
  expect(codeOf('', RAW)).toBe('');
});

test('a block that repeats the function follows on a line of its own', () => {
  expect(codeOf(`Sure!\n\`\`\`python\n${FUNCTION}\n\`\`\`\nDone.`)).toBe(`\n${FUNCTION}`);
});

test('the first block that defines the entry point counts, not an earlier one', () => {
  expect(codeOf(`\`\`\`\npip install x\n\`\`\`\n\`\`\`python\n${FUNCTION}\n\`\`\``)).toBe(
    `\n${FUNCTION}`,
  );
});

test('a name that only begins like the entry point does not define it', () => {
  const other = 'def add_all(xs):\n    return sum(xs)';
  expect(codeOf(`\`\`\`\n${other}\n\`\`\`\n\`\`\`\n${FUNCTION}\n\`\`\``)).toBe(`\n${FUNCTION}`);
});

test('a fence that is never closed runs to the end', () => {
  expect(codeOf(`\`\`\`python\n${FUNCTION}`)).toBe(`\n${FUNCTION}`);
});

test('a longer or other fence is closed by its like alone', () => {
  expect(codeOf(`\`\`\`\`\n${FUNCTION}\n\`\`\`\n\`\`\`\``)).toBe(`\n${FUNCTION}\n\`\`\``);
  expect(codeOf(`~~~py\n${FUNCTION}\n~~~`)).toBe(`\n${FUNCTION}`);
});

test('Windows line ends are read', () => {
  expect(codeOf('```python\r\nreturn a + b\r\n```\r\n')).toBe('    return a + b');
});

test('an answer that was begun inside a fence is read with what began it', () => {
  const style: PromptStyle = { ...CHAT, answerPrefix: '```python\n' };
  expect(codeOf(`${FUNCTION}\n\`\`\``, style)).toBe(`\n${FUNCTION}`);
});

test('thoughts are dropped, finished or not', () => {
  const draft = '```python\ndef add(a, b):\n    return 0\n```';
  expect(codeOf(`<think>${draft}</think>\`\`\`python\n${FUNCTION}\n\`\`\``)).toBe(`\n${FUNCTION}`);
  expect(codeOf(`<think>${draft}`)).toBeUndefined();
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
])('a bare body is indented to fit: %s', (_, body, expected) => {
  expect(codeOf(`\`\`\`python\n${body}\n\`\`\``)).toBe(expected);
});

test('without a fence a definition of the entry point still counts', () => {
  expect(codeOf(`Here it is:\n\nimport math\n${FUNCTION}\n`)).toBe(`\nimport math\n${FUNCTION}\n`);
});

test('without a fence an indented body still counts', () => {
  expect(codeOf('    return a + b\n')).toBe('    return a + b\n');
});

test.each([
  '',
  '   \n',
  'I cannot do that.',
  '```python\n```',
  '```python\n\n',
  '<think>hm</think>',
])('an answer without code has none: %j', (answer) => {
  expect(extract(answer, ADD, CHAT)).toEqual({ kind: 'no-code' });
});
