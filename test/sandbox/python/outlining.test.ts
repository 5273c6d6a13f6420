import { afterAll, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { ADD } from '../../fixtures/task.ts';

const sandbox = await openPythonSandbox({ level: 'auto', env: process.env, workers: 1 });

afterAll(() => sandbox[Symbol.asyncDispose]());

test('the statements of a text are named without running it', async () => {
  const text = 'raise SystemExit\n\ndef f(x):\n    return g(x)\n';
  expect(await sandbox.outline([text])).toMatchObject({
    kind: 'outlines',
    outlines: [
      {
        isWhole: true,
        statements: [
          { start: 0, end: 1, kind: 'other', uses: ['SystemExit'] },
          { start: 2, end: 4, kind: 'definition', defines: ['f'], uses: ['g'], returns: false },
        ],
      },
    ],
  });
});

test('between prose only what parses is named, and nothing of what is broken', async () => {
  const text = "It's this:\n\ndef f(x):\n    return x\n\nand\n\ndef g(x):\n    return (\n";
  expect(await sandbox.outline([text])).toMatchObject({
    outlines: [{ isWhole: false, statements: [{ start: 2, end: 4, defines: ['f'] }] }],
  });
});

test.each([
  ['nesting', `${'('.repeat(200_000)}1`],
  ['signs', `x = ${'-'.repeat(500_000)}1`],
  ['no text', '\0\0'],
  ['half a character', '\ud800'],
  ['lines of prose', "It's a line, (as prose is.\n".repeat(20_000)],
])('%s that no parser takes costs no verdict', async (_, text) => {
  const outlining = await sandbox.outline([text]);
  expect(outlining.kind).not.toBe('infrastructure');
  const right = { task: ADD, completion: '    return a + b\n' };
  expect(await sandbox.judge(right)).toMatchObject({ outcome: { kind: 'passed' } });
});
