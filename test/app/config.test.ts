import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

const TEN_TOKENS = 'humaneval: {model: tiny.gguf, prompt: raw, maxTokens: 10, limit: 2}\n';

async function setUp(text: string, name = 'evalkit.config.yaml') {
  const run = await setUpTinyRun();
  mkdirSync(join(run.cwd, 'settings'));
  writeFileSync(join(run.cwd, name), text);
  return run;
}

test('the file in the current folder says what is run, and flags go before it', async () => {
  const { humaneval } = await setUp(TEN_TOKENS);
  const { exitCode, stdout } = await humaneval('--limit', '1', '--threads', '1', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    dataset: { tasks: 1 },
    cells: [{ model: 'tiny', maxTokens: 10 }],
  });
});

test('--config names another file, whose paths start in the current folder', async () => {
  const { humaneval } = await setUp(TEN_TOKENS, 'settings/ten.yaml');
  const words = ['--config', 'settings/ten.yaml', '--limit', '1', '--threads', '1', '--json'];
  const { exitCode, stdout } = await humaneval(...words);
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ cells: [{ maxTokens: 10 }] });
});

test('--no-config leaves the file alone', async () => {
  const { tiny } = await setUp('humaneval: {nonsense: 1}');
  expect((await tiny('--no-config')).exitCode).toBe(0);
});

test.each([
  [['--config', 'none.yaml'], /^evalkit: --config none\.yaml cannot be read/m],
  [['--config', 'a', '--config', 'b'], /^evalkit: --config is given 2 times/m],
  [
    [],
    /^evalkit: evalkit\.config\.yaml:2: humaneval\.sandbox: .* give --sandbox on the command line$/m,
  ],
])('%j is refused with exit 2', async (words, message) => {
  const { humaneval } = await setUp('humaneval:\n  sandbox: unsafe\n');
  const { exitCode, stdout, stderr } = await humaneval(...SHORT, ...words);
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});

test.each([
  ['model: q9_z', 'model', 'no quantization is called q9_z'],
  ['model: "scripted:"', 'model', 'names no file'],
  ['suite: mbpp9', 'suite', 'there is no suite of that name'],
  ['instruction: ours.txt', 'instruction', 'cannot be read'],
  ['maxTokens: 100000', 'maxTokens', 'exceed the context'],
  ['sequential: true', 'sequential', 'has no use without --gate'],
  ['gate: true', 'gate', 'nothing but the baseline itself'],
])('an error on %s says where in the file the value stands', async (line, name, message) => {
  const { humaneval } = await setUp(`humaneval:\n  ${line}\n`);
  const model = name === 'model' ? [] : ['--model', 'tiny.gguf'];
  const { exitCode, stderr } = await humaneval(...model, '--limit', '3', '--threads', '1');
  expect(stderr).toContain(message);
  expect(stderr).toMatch(new RegExp(`: evalkit\\.config\\.yaml:2: humaneval\\.${name}[,)]`));
  expect(exitCode).toBe(2);
});

test('a value of the command line has no place in the file', async () => {
  const { humaneval } = await setUp('humaneval:\n  model: q9_z\n');
  expect((await humaneval('--model', 'q8_z')).stderr).not.toContain('evalkit.config.yaml');
});

function entry(name: string): string {
  return `models: [{name: ${name}, repo: a/b, revision: ${'ab'.repeat(20)}, files: {q8: x-q8_0.gguf}}]\n`;
}

test('entries of the file are bases like any other, and one of a known name says so', async () => {
  const { cwd, humaneval } = await setUp(entry('mine'));
  const words = ['--model', 'q8', '--offline', '--base'];
  expect((await humaneval(...words, 'mine')).stderr).toMatch(
    /^base: mine \(an entry of the config/m,
  );
  expect((await runCli(['models'], { cwd })).stdout).toMatch(
    /^ {2}mine:q8_0 +size unknown +absent$/m,
  );
  writeFileSync(join(cwd, 'evalkit.config.yaml'), entry('qwen2.5-coder-0.5b'));
  expect((await humaneval(...words, 'qwen2.5-coder-0.5b')).stderr).toMatch(
    /^base: qwen2\.5-coder-0\.5b \(an entry of the config file\)$/m,
  );
  writeFileSync(join(cwd, 'evalkit.config.yaml'), 'models: [{name: mine}]\n');
  expect((await humaneval(...words, 'mine')).stderr).toMatch(
    /^evalkit: evalkit\.config\.yaml:1: models\.0 \(mine\): repo is missing/m,
  );
});
