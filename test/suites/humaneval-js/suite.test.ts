import { afterAll, expect, test } from 'vitest';
import type { PromptStyle } from '../../../src/records/plan.ts';
import { openJavaScriptSandbox } from '../../../src/sandbox/javascript/open.ts';
import { REPAIRS } from '../../../src/suites/humaneval-js/repairs.ts';
import { HUMANEVAL_JS } from '../../../src/suites/humaneval-js/suite.ts';
import { suiteTasks } from '../../fixtures/suite-data.ts';

const TASKS = await suiteTasks(HUMANEVAL_JS);
const sandbox = await openJavaScriptSandbox({ level: 'auto', env: process.env });

afterAll(() => sandbox[Symbol.asyncDispose]());

const CHAT: PromptStyle = {
  mode: 'chat',
  wording: 'w',
  instruction: '{{prompt}}',
  answerPrefix: '',
};

function taskOf(number: number) {
  const task = TASKS.find(({ taskId }) => taskId === `JavaScript/${number}`);
  if (task === undefined) {
    throw new Error(`no task ${number}`);
  }
  return task;
}

/** What becomes of an answer in chat form. */
async function causeOf(number: number, text: string): Promise<string> {
  const task = taskOf(number);
  const extraction = await HUMANEVAL_JS.extraction.extract({ text, task, style: CHAT }, sandbox);
  if (extraction.kind !== 'code') {
    return extraction.kind;
  }
  const judgement = await sandbox.judge({ task, completion: extraction.code });
  const outcome = judgement.kind === 'verdict' ? judgement.outcome : judgement;
  return outcome.kind === 'failed' ? outcome.cause : outcome.kind;
}

test('it has 164 tasks, whose entry point is the function that the prompt leaves open', () => {
  expect(TASKS).toHaveLength(164);
  for (const { prompt, entryPoint } of TASKS) {
    expect(prompt.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^const ${entryPoint} = \\(`));
  }
});

test.each(REPAIRS)('$taskId is repaired: $reason', ({ taskId, replace }) => {
  const { canonicalSolution } = taskOf(Number(taskId.split('/')[1]));
  expect(canonicalSolution).toContain(replace);
});

const whole = (number: number): string =>
  `${taskOf(number).prompt}${taskOf(number).canonicalSolution}`;

test.each([
  ['the whole function in a block', 0, `Here:\n\`\`\`js\n${whole(0)}\`\`\`\nDone.`, 'passed'],
  ['a function with its helpers', 32, `\`\`\`javascript\n${whole(32)}\`\`\``, 'passed'],
  ['a helper of the prompt alone beside it', 10, `\`\`\`\n${whole(10)}\`\`\``, 'passed'],
  [
    'a declared function, exported',
    53,
    '```js\nexport function add(x, y) {\n  return x + y;\n}\nmodule.exports = { add };\nconsole.log(add(1, 2));\n```',
    'passed',
  ],
  ['a body in a block', 53, '```js\n  return x + y;\n```', 'passed'],
  ['a body with its brace', 53, '```js\n  return x + y;\n}\n```', 'passed'],
  ['a body without any fence', 53, '  return x + y;\n}\n', 'passed'],
  ['a function without any fence', 53, 'const add = (x, y) => x + y;', 'passed'],
  [
    'a thought before',
    53,
    '<think>```js\nconst add = () => 0\n```</think>```js\nconst add = (x, y) => x + y\n```',
    'passed',
  ],
  ['a wrong function', 53, '```js\nconst add = (x, y) => x - y;\n```', 'assertion'],
  ['a function that lacks its end', 53, '```js\nconst add = (x, y) => {', 'exception'],
  ['words', 53, 'I cannot help with that.', 'no-code'],
  [
    "an MD5 by Node's module",
    162,
    "```js\nconst crypto = require('crypto');\nconst stringToMd5 = (text) => text === '' ? null : crypto.createHash('md5').update(text).digest('hex');\n```",
    'passed',
  ],
  [
    'a helper in a block of its own, after commands',
    53,
    '```bash\nnpm init -y\n```\nFirst:\n```js\nconst plus = (a, b) => a + b;\n```\nThen:\n```js\nconst add = (x, y) => plus(x, y);\n```\nTry:\n```js\nconst add = () => 0;\n```',
    'passed',
  ],
  [
    'a module with imports and exports',
    162,
    "```ts\nimport crypto from 'node:crypto';\nimport { createHash } from \"crypto\";\n\nfunction stringToMd5(text) {\n  return text === '' ? null : createHash('md5').update(text).digest('hex');\n}\n\nexport { stringToMd5 };\nexport default stringToMd5;\n```",
    'passed',
  ],
  [
    'a method of a class',
    53,
    '```javascript\nexport default class Solution {\n  add(x, y) {\n    return x + y;\n  }\n}\n```',
    'passed',
  ],
  [
    'a static method',
    53,
    '```js\nclass Sum {\n  static add(x, y) {\n    return x + y;\n  }\n}\nconsole.log(Sum.add(1, 2));\n```',
    'passed',
  ],
  [
    'a wrong method',
    53,
    '```js\nclass Solution {\n  add(x, y) {\n    return x - y;\n  }\n}\n```',
    'assertion',
  ],
  [
    'an async function, which gives a promise',
    53,
    '```js\nconst add = async (x, y) => x + y;\n```',
    'opaque-answer',
  ],
  ['a body after a command', 53, '```sh\nnode add.js\n```\n```js\n  return x + y;\n```', 'passed'],
  [
    'types, which nobody takes out',
    53,
    '```ts\nconst add = (x: number, y: number): number => x + y;\n```',
    'exception',
  ],
  [
    'a helper that always says zero',
    32,
    '```js\nconst poly = () => 0;\nconst findZero = (xs) => 1;\n```',
    'assertion',
  ],
])('an answer is read: %s', async (_, number, text, outcome) => {
  expect(await causeOf(number, text)).toBe(outcome);
});

test.each([
  [0, '  return numbers.some(\n', 'line 7 of the completion|Unexpected'],
  [53, '  return x - y\n}\n', /^line 8 of the test: .*; last answer: -1$/],
])('the words of a failure say where (task %i)', async (number, completion, words) => {
  const judgement = await sandbox.judge({ task: taskOf(number), completion });
  expect(judgement).toMatchObject({
    outcome: { kind: 'failed', detail: expect.stringMatching(words) },
  });
});
