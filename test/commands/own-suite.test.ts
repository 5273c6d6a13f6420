import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/records/report.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

const EXAMPLE = fileURLToPath(new URL('../../examples/own-suite', import.meta.url));

/** The example in a folder of its own, with completions: each task's solution but the last's. */
async function setUp(edit: (tasks: string) => string = (tasks) => tasks) {
  const { cwd, humaneval } = await setUpTinyRun();
  const folder = join(cwd, 'own');
  cpSync(EXAMPLE, folder, { recursive: true });
  const file = join(folder, 'tasks.jsonl');
  const text = readFileSync(file, 'utf8');
  const lines = text.trim().split('\n');
  const samples = lines.map((line, index) => {
    const { task_id, canonical_solution } = JSON.parse(line);
    const completion = index === lines.length - 1 ? '    return name\n' : canonical_solution;
    return JSON.stringify({ task_id, completion });
  });
  writeFileSync(join(cwd, 'samples.jsonl'), samples.join('\n'));
  writeFileSync(file, edit(text));
  const run = (...words: string[]) =>
    humaneval('--model', 'scripted:samples.jsonl', '--prompt', 'raw', '--out', 'run', ...words);
  return { cwd, folder, run };
}

test('a suite in a file of its own runs under its own name', async () => {
  const { run } = await setUp();
  const { stdout, stderr, exitCode } = await run('--suite', './own/suite.yaml', '--json');
  expect(exitCode, stderr).toBe(0);
  const { dataset, cells } = reportSchema.parse(JSON.parse(stdout));
  expect(dataset).toMatchObject({ suite: { name: 'string-tools', version: '1' }, total: 3 });
  expect(cells).toMatchObject([{ passAt1: { passed: 2, total: 3 } }]);
});

test.each([
  [
    'whose solution fails',
    (text: string) => text.replace("== 'quant…'", "== 'other'"),
    /string-tools: 1 of 3 tasks cannot be judged: Strings\/1 \(its canonical solution fails/,
  ],
  [
    'that an empty body passes',
    (text: string) =>
      text
        .replace(/assert candidate\('plain.*?"/, 'pass"')
        .replace(/assert candidate\('max.*?\\n/, 'pass\\n'),
    /Strings\/2 \(an empty body passes its test\)/,
  ],
])('a task %s is named before anything is spent', async (_, edit, message) => {
  const { run } = await setUp(edit);
  const { stdout, stderr, exitCode } = await run('--suite', 'own/');
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(message);
});

test.each([
  [
    'a name that is taken',
    'name: string-tools',
    'name: humaneval',
    /HumanEval is called humaneval/,
  ],
  [
    'a key that there is not',
    'form: check',
    'form: check\ntimeouts: 3',
    /suite\.yaml:8: the key timeouts is/,
  ],
])('%s is refused', async (_, from, to, message) => {
  const { folder, run } = await setUp();
  const file = join(folder, 'suite.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
  const { stderr, exitCode } = await run('--suite', 'own');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/there is no suite of that name/);
  const named = await run('--suite', './own');
  expect(named.exitCode).toBe(2);
  expect(named.stderr).toMatch(message);
});

test('--data does not go with it', async () => {
  const { run } = await setUp();
  const { stderr, exitCode } = await run('--suite', './own', '--data', 'own/tasks.jsonl');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--data does not go with --suite \.\/own/);
});
