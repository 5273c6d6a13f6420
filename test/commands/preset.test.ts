import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

const DATA = await humanevalPath();

async function setUp() {
  const cwd = temporaryFolder();
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const preset = (words: string[], env: Record<string, string> = {}) =>
    runCli(['preset', ...words], { cwd, env: { EVALKIT_DATA: DATA, ...env } });
  return { cwd, preset };
}

const OWN = `
bench:
  model: tiny.gguf
  ctxSize: 16
  newTokens: 2
  repeats: 2
  threads: 1
  notRun: [{id: a torch row, reason: no engine for torch}]
humaneval:
  model: tiny.gguf
  prompt: raw
  limit: 2
  maxTokens: 8
  threads: 1
  latency: false
  notRun: [{id: an IPEX row, reason: no engine for IPEX}]
`;

test('a preset runs its grid and then HumanEval, and rows that cannot run stand in both tables', async () => {
  const { cwd, preset } = await setUp();
  writeFileSync(join(cwd, 'own.yaml'), OWN);
  const { exitCode, stdout, stderr } = await preset(['own.yaml']);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^bench: 1 cell,/);
  expect(stdout).toMatch(/a torch row +0 +not run: no engine for torch/);
  expect(stdout).toContain('HumanEval: 2 of 164 tasks, partial');
  expect(stdout).toMatch(/an IPEX row +not run: no engine for IPEX/);
});

test('a section that is wrong is told before another one runs', async () => {
  const { cwd, preset } = await setUp();
  writeFileSync(join(cwd, 'own.yaml'), OWN.replace('maxTokens: 8', 'maxTokens: eight'));
  const { exitCode, stdout, stderr } = await preset(['own.yaml']);
  expect(stderr).toMatch(/^evalkit: own\.yaml:\d+: humaneval\.maxTokens eight/);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(existsSync(join(cwd, 'results'))).toBe(false);
});

test('a config file beside the name of a preset is refused', async () => {
  const { preset } = await setUp();
  const { exitCode, stderr } = await preset(['cpu-gguf', '--config', 'other.yaml']);
  expect(stderr).toMatch(/^evalkit: --config other\.yaml: preset cpu-gguf is a config file itself/);
  expect(exitCode).toBe(2);
});

test('without a name the presets are listed, and each one plans with a model of the user', async () => {
  const { preset } = await setUp();
  const { stdout } = await preset([]);
  const names = stdout.trim().split('\n');
  expect(names).toEqual(['cpu-assisted', 'cpu-gguf', 'gpu-flash-attention']);
  const env = {
    EVALKIT_PRESET_BASE: 'tiny.gguf',
    EVALKIT_PRESET_DRAFT: 'tiny.gguf',
    EVALKIT_ENGINE_PYTHON: '',
  };
  for (const name of names) {
    const result = await preset([name, '--dry-run', '--offline'], env);
    expect(result.exitCode, result.stderr).toBe(0);
    // What a machine without the engine's environments says of its rows.
    expect(result.stdout).toMatch(/torch:.*not run: the Python environment torch is not installed/);
    expect(result.stdout).not.toContain('no engine');
  }
});

test('a name that is not a preset and no file is refused with the names that are', async () => {
  const { preset } = await setUp();
  const { exitCode, stderr } = await preset(['cpu-guf']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the presets are cpu-assisted, cpu-gguf, gpu-flash-attention');
});
