import { weightBytes } from '../../../src/records/model.ts';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelFilesSchema, modelListSchema } from '../../../src/records/models-report.ts';
import { runCli } from '../../fixtures/cli.ts';
import { startHubServer } from '../../fixtures/hub-server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { setUpTinyRun } from '../../fixtures/tiny-run.ts';

async function list(cwd: string) {
  const { exitCode, stdout } = await runCli(['models', 'list', '--json'], { cwd });
  expect(exitCode).toBe(0);
  return modelListSchema.parse(JSON.parse(stdout));
}

test('without a cache and without a network it lists what is known, and asks nobody', async () => {
  const hub = await startHubServer((_, response) => response.end());
  const cwd = temporaryFolder();
  const { exitCode, stdout } = await runCli(['models'], {
    cwd,
    env: { HF_ENDPOINT: hub.endpoint },
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^ {2}qwen2\.5-coder-0\.5b:q4_k_m +491 MB +absent$/m);
  expect(stdout).toMatch(/^cache: .*cache, 0 B$/m);
  expect(hub.asked).toEqual([]);
  expect(existsSync(join(cwd, 'cache'))).toBe(false);
});

test('what was made is listed with its size, its origin and whether it was touched since', async () => {
  const { cwd } = await setUpTinyRun();
  const pulled = await runCli(['models', 'pull', 'q8', '--base', 'tiny.gguf', '--json'], { cwd });
  const [model] = modelFilesSchema.parse(JSON.parse(pulled.stdout)).models;
  const { path = '', weights, provenance } = model ?? {};
  expect(await list(cwd)).toMatchObject({
    others: [
      {
        path,
        bytes: weights && weightBytes(weights),
        sha256: weights?.sha256,
        state: 'cached',
        provenance,
      },
    ],
  });
  appendFileSync(path, 'x');
  expect((await list(cwd)).others).toMatchObject([{ path, state: 'unchecked' }]);
});

test('a published file that lies in the cache unchecked says so', async () => {
  const cwd = temporaryFolder();
  const { bases } = await list(cwd);
  const { repo = '', revision = '', files = [] } = bases[0] ?? {};
  const folder = join(cwd, 'cache', 'hub', repo.replace('/', '--'), revision);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, files[0]?.name ?? ''), 'GGUF');
  expect((await list(cwd)).bases[0]?.files[0]).toMatchObject({ state: 'unchecked', bytes: 4 });
});

test('a cache that is not a folder is exit 3 and one line', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'cache'), '');
  const { exitCode, stdout, stderr } = await runCli(['models'], { cwd });
  expect(stderr).toMatch(/^evalkit: the cache .*cache cannot be read .*EVALKIT_CACHE$/m);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
});

test('pull takes several items and prints path, checksum and provenance of each', async () => {
  const { cwd } = await setUpTinyRun();
  const { exitCode, stdout } = await runCli(
    ['models', 'pull', 'tiny.gguf', 'q8,q4_0', '--base', './tiny.gguf'],
    { cwd },
  );
  expect(exitCode).toBe(0);
  expect(stdout.match(/^ {2}sha256: [0-9a-f]{64}$/gm)).toHaveLength(3);
  expect(stdout).toMatch(/^ {2}provenance: local/m);
  expect(stdout.match(/^ {2}provenance: quantized from f16/gm)).toHaveLength(2);
});

test.each([
  [['pull'], 2, /evalkit models pull lacks model: evalkit models pull <model\.\.>/],
  [['pull', 'q9_z'], 2, /no quantization is called q9_z; nearest: /],
  [['pull', 'q8,'], 2, /model q8,: value 2 must not be empty/],
  [['pull', 'none.gguf'], 2, /none\.gguf/],
  [['pull', 'q8', '--offline'], 3, /no source has qwen2\.5-coder-0\.5b:q8_0/],
  [['pul', 'q8'], 2, /evalkit models has no command pul; nearest: pull/],
  [['--colour'], 2, /evalkit models list has no option --colour; nearest: --/],
])('models %j ends with %i and one line', async (words, code, message) => {
  const { exitCode, stdout, stderr } = await runCli(['models', ...words], {
    cwd: temporaryFolder(),
  });
  expect(stderr.split('\n').filter((line) => line.startsWith('evalkit:'))).toHaveLength(1);
  expect(stderr).toMatch(message);
  expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
});
