import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { modelFilesSchema } from '../../src/records/models-report.ts';
import { runCli } from '../fixtures/cli.ts';
import { hubRepositoryListener, startHubServer } from '../fixtures/hub-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { hasPython, PYTHON, tinyFolders } from '../models/convert/tiny-transformers.ts';

const NO_PYTHON = { EVALKIT_ENGINE_PYTHON: '' };

function folderOf(files: Readonly<Record<string, string>>): string {
  const cwd = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(cwd, name), text);
  }
  return cwd;
}

test.each<[string, Readonly<Record<string, string>>, string[], RegExp]>([
  [
    'pickles alone',
    { 'config.json': '{}', 'pytorch_model.bin': 'x' },
    ['.'],
    /pickles \(pytorch_model\.bin\)/,
  ],
  ['no weights', { 'config.json': '{}' }, ['.'], /no model\.safetensors/],
  [
    'a missing shard',
    { 'config.json': '{}', 'model-00001-of-00002.safetensors': 'x' },
    ['.'],
    /model-00001-of-00002\.safetensors without/,
  ],
  ['a file', { 'a.safetensors': 'x' }, ['a.safetensors'], /is not a folder/],
  ['no such folder', {}, ['nowhere'], /is not a folder/],
  ['no such repository', {}, ['hf:onlyowner'], /not a hub repository/],
  [
    'an outcome of another name',
    { 'config.json': '{}', 'model.safetensors': 'x' },
    ['.', '--out', 'x.bin'],
    /x\.bin does not end in \.gguf/,
  ],
  [
    'no Python for it',
    { 'config.json': '{}', 'model.safetensors': 'x' },
    ['.'],
    /evalkit engine install convert/,
  ],
])('%s: one line, and nothing is written', async (_name, files, words, message) => {
  const cwd = folderOf(files);
  const { exitCode, stdout, stderr } = await runCli(['convert', ...words], { cwd, env: NO_PYTHON });
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect([exitCode, stdout]).toEqual([2, '']);
  expect(existsSync(join(cwd, 'cache', 'made'))).toBe(false);
});

describe.runIf(hasPython)('with a Python', () => {
  const env = { EVALKIT_ENGINE_PYTHON: PYTHON };

  test('a folder becomes a checked file whose history is known, and is quantized by its name', async () => {
    const cwd = temporaryFolder();
    cpSync(join(await tinyFolders(), 'qwen2'), join(cwd, 'qwen2'), { recursive: true });
    const run = await runCli(['convert', 'qwen2', '--out', 'made.gguf', '--json'], { cwd, env });
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('tensors')]);
    const { models } = modelFilesSchema.parse(JSON.parse(run.stdout));
    expect(models[0]).toMatchObject({
      path: join(cwd, 'made.gguf'),
      quantization: 'f16',
      provenance: { kind: 'converted', from: { name: 'qwen2' } },
    });
    expect(JSON.stringify(models[0]?.provenance)).toMatch(
      /loaded by llama-cpp.*tokens equal.*log-probabilities of \d+ tokens within/,
    );
    // Without a Python: what is made is found, by the folder's name and by the file's.
    const words = ['models', 'pull', 'q4_0', '--base', 'qwen2', '--json'];
    const pulled = await runCli(words, { cwd, env: NO_PYTHON });
    expect(JSON.parse(pulled.stdout)).toMatchObject({
      models: [
        {
          base: 'qwen2',
          quantization: 'q4_0',
          provenance: { kind: 'quantized', from: { converted: { from: { name: 'qwen2' } } } },
        },
      ],
    });
    const named = await runCli(['models', 'pull', './made.gguf', '--json'], {
      cwd,
      env: NO_PYTHON,
    });
    expect(JSON.parse(named.stdout)).toMatchObject({
      models: [{ provenance: { kind: 'converted' } }],
    });
  });

  test('a repository without GGUF is fetched, converted and quantized in one command', async () => {
    const folder = join(await tinyFolders(), 'llama-biases');
    const names = readdirSync(folder);
    const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name))]));
    const plain = names.filter((name) => name.endsWith('.json'));
    const server = await startHubServer(hubRepositoryListener({ repo: 'a/llama', files, plain }));
    const cwd = temporaryFolder();
    const words = ['quantize', '--base', 'hf:a/llama', '--model', 'q8_0', '--json'];
    const run = await runCli(words, { cwd, env: { ...env, HF_ENDPOINT: server.endpoint } });
    expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('tensors')]);
    expect(JSON.parse(run.stdout)).toMatchObject({
      models: [
        {
          provenance: {
            kind: 'quantized',
            from: {
              quantization: 'f16',
              converted: { from: { name: 'a/llama', repo: 'a/llama' } },
            },
          },
        },
      ],
    });
  });
});
