import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchRepository } from '../../../src/models/folder/fetch-repository.ts';
import {
  COMMIT,
  hubRepositoryListener,
  type HubRepositoryOptions,
  startHubServer,
} from '../../fixtures/hub-server.ts';
import { makeModelContext } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const IN_GIT = {
  'config.json': '{"architectures": ["LlamaForCausalLM"]}',
  'tokenizer.json': '{}',
  'model.safetensors.index.json': '{"weight_map": {"a": "model-00001-of-00001.safetensors"}}',
  'README.md': '# A model',
};
const SHARD = 'model-00001-of-00001.safetensors';
const WEIGHTS = { [SHARD]: 'weights' };

async function setUp(changes: Partial<HubRepositoryOptions> = {}) {
  const home = temporaryFolder();
  const repo = { repo: 'a/model', plain: Object.keys(IN_GIT), files: { ...IN_GIT, ...WEIGHTS } };
  const server = await startHubServer(hubRepositoryListener({ ...repo, ...changes }));
  const hub = { endpoint: server.endpoint, token: undefined };
  const fetch = (look: (folder: string) => Promise<void> = pass, offline = false) =>
    fetchRepository(REFERENCE, look, makeModelContext(home, { hub, offline }));
  return { home, fetch, asked: server.asked };
}

const REFERENCE = { repo: 'a/model', revision: 'main' };
const refuse = async (): Promise<void> => {
  throw new Error('no such architecture');
};
const pass = async (): Promise<void> => undefined;

test('a folder is fetched with what belongs to it, what is small first', async () => {
  const { fetch, asked, home } = await setUp();
  const seen: string[] = [];
  const { path } = await fetch(async (folder) => {
    seen.push(readFileSync(join(folder, 'config.json'), 'utf8'));
    expect(asked.some((one) => one.includes('00001-of'))).toBe(false);
  });
  expect(seen).toEqual([IN_GIT['config.json']]);
  expect(path.startsWith(join(home, 'hub', 'a--model', COMMIT))).toBe(true);
  expect(readFileSync(join(path, SHARD), 'utf8')).toBe('weights');
  expect(asked.some((one) => one.includes('README'))).toBe(false);
});

test('a folder that is there needs no network', async () => {
  const { fetch } = await setUp();
  const { path } = await fetch();
  expect(await fetch(pass, true)).toMatchObject({ path });
});

test('nothing of the weights is fetched for a folder that is refused', async () => {
  const { fetch, asked } = await setUp();
  await expect(fetch(refuse)).rejects.toThrow('no such architecture');
  expect(asked.some((one) => one.includes('00001-of'))).toBe(false);
});

test('a small file that is not what git says is refused', async () => {
  const { fetch } = await setUp({ gitSha1: { 'config.json': 'd'.repeat(40) } });
  await expect(fetch()).rejects.toThrow(
    /config\.json: .* not the file that it lists \(git d{40}\)/,
  );
});

test('a small file of the cache that was written to is fetched again', async () => {
  const { fetch } = await setUp();
  const { path } = await fetch();
  writeFileSync(join(path, 'config.json'), '{"architectures": ["XlamaForCausalLM"]}');
  await fetch();
  expect(readFileSync(join(path, 'config.json'), 'utf8')).toBe(IN_GIT['config.json']);
});

test.each([
  [{ 'pytorch_model.bin': 'x' }, /pickles/],
  [{ 'model-00001-of-00002.safetensors': 'x' }, /without model\.safetensors\.index\.json/],
])('a repository of %j is refused before anything of it is fetched', async (weights, message) => {
  const files = { 'config.json': '{}', ...weights };
  const { fetch, asked } = await setUp({ files, plain: ['config.json'] });
  await expect(fetch()).rejects.toThrow(message);
  expect(asked.filter((one) => one.includes('resolve') && !one.includes('config.json'))).toEqual(
    [],
  );
});
