import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveModel } from '../../src/models/resolve.ts';
import type { FolderCare } from '../../src/models/settings.ts';
import { usageError } from '../../src/records/error.ts';
import { sha256Text } from '../../src/records/hash.ts';
import {
  COMMIT,
  hubRepositoryListener,
  type HubRepositoryOptions,
  startHubServer,
} from '../fixtures/hub-server.ts';
import { makeModelContext } from '../fixtures/model-settings.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const REPO = 'owner/tiny-instruct';
const FILES = {
  'config.json': '{"model_type":"qwen2"}',
  'tokenizer.json': '{}',
  'model.safetensors': 'weights',
  'pytorch_model.bin': 'pickle',
  'onnx/model.onnx': 'other',
};
const PLAIN = ['config.json', 'tokenizer.json'];

const ITEM = {
  kind: 'of-engine',
  engine: 'torch',
  variant: 'bf16',
  weights: { kind: 'repository', repo: REPO, revision: 'main' },
} as const;

async function fetchFrom(
  changes: Partial<HubRepositoryOptions> = {},
  care: Partial<FolderCare> = {},
) {
  const server = await startHubServer(
    hubRepositoryListener({ repo: REPO, files: FILES, plain: PLAIN, ...changes }),
  );
  const cache = temporaryFolder();
  const checked: string[][] = [];
  const context = makeModelContext(cache, {
    hub: { endpoint: server.endpoint, token: undefined },
    folders: () => ({
      check: (folder) => {
        checked.push(readdirSync(folder));
        return Promise.resolve();
      },
      unpack: () => Promise.reject(new Error('nothing to unpack')),
      ...care,
    }),
  });
  return { server, cache, context, checked, resolved: resolveModel(ITEM, context) };
}

test('what makes the model is fetched and checked, small files first, and nothing else', async () => {
  const { resolved, server, cache, checked } = await fetchFrom();
  const { path, record } = await resolved;
  expect(path).toBe(join(cache, 'hub', 'owner--tiny-instruct', COMMIT));
  expect(record).toMatchObject({
    base: REPO,
    quantization: 'bf16',
    variant: 'bf16',
    instruct: true,
    provenance: { kind: 'published', repo: REPO, revision: COMMIT, via: 'hub' },
    weights: { kind: 'folder', bytes: 31 },
  });
  const lines = ['config.json', 'model.safetensors', 'tokenizer.json'].map(
    (name) => `${sha256Text(readFileSync(join(path, name), 'utf8'))}  ${name}\n`,
  );
  expect(record.weights.sha256).toBe(sha256Text(lines.join('')));
  expect(checked.flat()).not.toContain('model.safetensors');
  expect(server.asked.join(' ')).not.toMatch(/pytorch_model|onnx/);
});

test('what is there already is not fetched again', async () => {
  const { resolved, server, context } = await fetchFrom();
  const first = await resolved;
  const before = server.asked.length;
  expect(await resolveModel(ITEM, context)).toEqual(first);
  expect(server.asked.slice(before).every((path) => path.startsWith('/api/'))).toBe(true);
});

test('a config that the engine cannot run keeps the weights from being fetched', async () => {
  const { resolved, server } = await fetchFrom(
    {},
    {
      check: (folder) => Promise.reject(usageError(`${folder}: not known`)),
    },
  );
  await expect(resolved).rejects.toThrow(/not known/);
  expect(server.asked.join(' ')).not.toContain('model.safetensors');
});

test('pickles are refused by the list of files alone', async () => {
  const { 'model.safetensors': _, ...files } = FILES;
  const { resolved, server } = await fetchFrom({ files });
  await expect(resolved).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/^hf:owner\/tiny-instruct@main has its weights as pickles/),
  });
  expect(server.asked).toHaveLength(1);
});

test('a gated repository is refused before anything is fetched', async () => {
  const { resolved, server } = await fetchFrom({ gated: 'manual' });
  await expect(resolved).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/is gated: ask for access on its page, then set HF_TOKEN/),
  });
  expect(server.asked).toHaveLength(1);
});

test('a small file that is not the one that the hub lists is refused', async () => {
  const listener = hubRepositoryListener({ repo: REPO, files: FILES, plain: PLAIN });
  const forged = hubRepositoryListener({
    repo: REPO,
    files: { ...FILES, 'config.json': '{"model_type":"other"}' },
    plain: PLAIN,
  });
  const server = await startHubServer((request, response) =>
    (request.url?.startsWith('/api/') === true ? listener : forged)(request, response),
  );
  const context = makeModelContext(temporaryFolder(), {
    hub: { endpoint: server.endpoint, token: undefined },
  });
  await expect(resolveModel(ITEM, context)).rejects.toThrow(/is not the file that it lists/);
});
