import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeReportSchema } from '../../src/records/judge-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath, humanevalPlusPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();
const TASK = 'HumanEval/60';
const FUNCTION = 'def sum_to_n(n: int):\n    return sum(range(n + 1))';
const RIGHT = `Here it is:\r\n\`\`\`python\r\n${FUNCTION}\r\n\`\`\`\r\nDone.`;

function judge(lines: readonly object[], ...words: string[]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 's.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const run = (...more: string[]) =>
    runCli(['judge', 's.jsonl', '--data', DATA, ...words, ...more], { cwd });
  const results = (): unknown[] =>
    readFileSync(join(cwd, 's.jsonl_results.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  return { cwd, run, results };
}

test('answers in chat form are read as a run reads them', async () => {
  const { run, results } = judge(
    [
      { task_id: TASK, completion: RIGHT },
      { task_id: TASK, completion: 'I cannot do that.', response: RIGHT },
      { task_id: TASK, text: '```python\nprint(sum_to_n(3))\n```' },
      { task_id: TASK, solution: FUNCTION.replace('n + 1', 'n') },
      { task_id: TASK, completion: `from __future__ import annotations\n${FUNCTION}` },
    ],
    '--extract',
  );
  const { exitCode, stdout } = await run('--json');
  expect(exitCode).toBe(0);
  expect(judgeReportSchema.parse(JSON.parse(stdout))).toMatchObject({
    causes: { assertion: 1, 'no-code': 2, passed: 2 },
    versions: { extraction: 'extract-2' },
  });
  expect(results()).toMatchObject([
    { passed: true, completion: RIGHT, extracted: `\n${FUNCTION}` },
    { passed: false, cause: 'no-code', detail: 'the completion holds no code' },
    { passed: false, cause: 'no-code', detail: 'no code of the completion defines sum_to_n' },
    { passed: false, cause: 'assertion' },
    { passed: true, extracted: `from __future__ import annotations\n\n${FUNCTION}` },
  ]);
  expect(results()[1]).not.toHaveProperty('extracted');
});

test("the completions of a run's own folder are read anew", async () => {
  const draft = `\`\`\`python\n${FUNCTION}\n\`\`\``;
  const { run, results } = judge(
    [
      { version: 1, taskId: TASK, sample: 0, text: RIGHT },
      { version: 1, taskId: TASK, sample: 1, text: draft, inThought: true },
    ],
    '--extract',
  );
  expect((await run()).exitCode).toBe(0);
  expect(results()).toMatchObject([{ passed: true }, { passed: false, cause: 'no-code' }]);
});

test('without --extract an answer is judged as it stands, in a folder of its own', async () => {
  const { run, results } = judge([{ task_id: TASK, completion: RIGHT }]);
  const plain = await run('--json');
  expect(results()).toMatchObject([{ passed: false, cause: 'exception' }]);
  expect(plain.stderr).toContain(
    '1 of 1 sample has a line that starts with ```, which is not code; if these are answers in chat form, add --extract',
  );
  const extracted = await run('--json', '--extract');
  expect(extracted.stderr).not.toContain('```');
  expect(results()).toMatchObject([{ passed: true }]);
  const hashes = [plain, extracted].map(
    ({ stdout }) => judgeReportSchema.parse(JSON.parse(stdout)).planHash,
  );
  expect(new Set(hashes).size).toBe(2);
});

test('a line without an answer is named, and --extract where it would be one', async () => {
  const bare = await judge([{ task_id: TASK, text: RIGHT }]).run();
  expect(bare).toMatchObject({ exitCode: 2 });
  expect(bare.stderr).toContain('line 1 is not a sample');
  expect(bare.stderr).toContain('add --extract');
  const empty = await judge([{ task_id: TASK, prompt: RIGHT }], '--extract').run();
  expect(empty).toMatchObject({ exitCode: 2 });
  expect(empty.stderr).toContain('one of completion, text, response, solution');
});

test('HumanEval+ takes answers too', async () => {
  const { cwd, results } = judge([{ task_id: TASK, completion: RIGHT }]);
  const words = ['--suite', 'humaneval+', '--data', await humanevalPlusPath(), '--extract'];
  expect((await runCli(['judge', 's.jsonl', ...words], { cwd })).exitCode).toBe(0);
  expect(results()).toMatchObject([{ passed: true, parts: { base: true, plus: true } }]);
});
