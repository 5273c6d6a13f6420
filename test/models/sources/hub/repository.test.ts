import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseBase, parseModelItem } from '../../../../src/models/item.ts';
import { resolveModel } from '../../../../src/models/resolve.ts';
import { COMMIT, hubRepositoryListener, startHubServer } from '../../../fixtures/hub-server.ts';
import { makeModelContext, startedSteps } from '../../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../../fixtures/tiny-gguf.ts';

/** A hub with one repository whose files all have the same bytes. */
async function startHub(names: readonly string[], commit = COMMIT) {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await makeTinyGguf(path);
  const content = readFileSync(path);
  const files = Object.fromEntries(names.map((name) => [name, content]));
  return startHubServer(
    hubRepositoryListener({
      repo: 'owner/tiny-it',
      commit,
      files: { 'README.md': 'hello', ...files },
      plain: ['README.md'],
    }),
  );
}

function resolve(text: string, cache: string, hub: { endpoint: string }) {
  const context = makeModelContext(cache, { hub: { endpoint: hub.endpoint, token: undefined } });
  const item = parseModelItem(text, parseBase('hf:owner/tiny-it'));
  return { context, resolved: resolveModel(item, context) };
}

test('a quantization of a repository is found by file name and pinned to a commit', async () => {
  const hub = await startHub(['mmproj-F16.gguf', 'tiny-F16.gguf']);
  const cache = temporaryFolder();
  const first = await resolve('f16', cache, hub).resolved;
  expect(first.record).toMatchObject({
    base: 'owner/tiny-it',
    quantization: 'f16',
    instruct: true,
    weights: { name: 'tiny-F16.gguf' },
    provenance: { kind: 'published', repo: 'owner/tiny-it', revision: COMMIT, via: 'hub' },
  });
  const again = resolve('f16', cache, hub);
  expect(await again.resolved).toEqual(first);
  expect(startedSteps(again.context.events)).toEqual([]);
});

test('a file of a repository is read for its quantization', async () => {
  const hub = await startHub(['tiny-F16.gguf', 'sub/other.gguf']);
  const { resolved } = resolve('hf:owner/tiny-it/sub/other.gguf', temporaryFolder(), hub);
  expect((await resolved).record).toMatchObject({
    quantization: 'f16',
    weights: { name: 'other.gguf' },
  });
});

test('a quantization that is not published is made from the file nearest to the original', async () => {
  const hub = await startHub(['tiny-Q4_0.gguf', 'tiny-F16.gguf']);
  const { context, resolved } = resolve('q8', temporaryFolder(), hub);
  expect((await resolved).record.provenance).toMatchObject({
    kind: 'quantized',
    from: { name: 'tiny-F16.gguf', quantization: 'f16' },
  });
  expect(context.events).toContainEqual({
    kind: 'note',
    text: 'owner/tiny-it:q8_0: no published file (it is not published); one made here from tiny-F16.gguf stands in',
  });
});

test('a branch that moved is noticed', async () => {
  const cache = temporaryFolder();
  await resolve('f16', cache, await startHub(['tiny-F16.gguf'])).resolved;
  const moved = await startHub(['tiny-F16.gguf'], 'd'.repeat(40));
  const { resolved } = resolve('f16', cache, moved);
  expect((await resolved).record.provenance).toMatchObject({ revision: 'd'.repeat(40) });
});

test('a hub that is gone is replaced by what was seen last, with a warning', async () => {
  const cache = temporaryFolder();
  const first = await resolve('f16', cache, await startHub(['tiny-F16.gguf'])).resolved;
  const { context, resolved } = resolve('f16', cache, { endpoint: 'http://127.0.0.1:9' });
  expect(await resolved).toEqual(first);
  expect(context.events).toContainEqual({
    kind: 'warning',
    text: expect.stringContaining(`using its last known list of files (${COMMIT})`),
  });
});

test('a repository that was never seen needs the hub', async () => {
  const { resolved } = resolve('f16', temporaryFolder(), { endpoint: 'http://127.0.0.1:9' });
  await expect(resolved).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('hf:owner/tiny-it@main: no list of its files'),
  });
});

test.each([
  ['hf:owner/none:q8', ['a-F16.gguf'], 'hf:owner/none@main: the hub says 404'],
  ['hf:owner/tiny-it/b-F16.gguf', ['a-F16.gguf'], 'has no file b-F16.gguf; nearest: a-F16.gguf'],
  ['hf:owner/tiny-it/b-F16.gguf', [], 'has no file b-F16.gguf; it has no .gguf at all'],
  [
    'hf:owner/tiny-it/b-F16.gguf',
    ['model-00001-of-00002.safetensors'],
    'it has no .gguf at all but model-00001-of-00002.safetensors; name hf:owner/tiny-it:f16, and it is converted',
  ],
  [
    'q8',
    ['config.json', 'model.safetensors'],
    'hf:owner/tiny-it@main: its config.json cannot be read',
  ],
  [
    'q8',
    ['pytorch_model.bin'],
    'hf:owner/tiny-it@main has its weights as pickles (pytorch_model.bin)',
  ],
  [
    'f16',
    ['a-F16.gguf', 'b-F16.gguf'],
    'has 2 files of f16; name one: hf:owner/tiny-it/a-F16.gguf',
  ],
  [
    'f16',
    ['a-F16-00001-of-00003.gguf', 'a-F16-00003-of-00003.gguf'],
    'has a-F16-00001-of-00003.gguf and not a-F16-00002-of-00003.gguf',
  ],
])('%s of a repository with %j is refused: %s', async (text, names, reason) => {
  const { resolved } = resolve(text, temporaryFolder(), await startHub(names));
  await expect(resolved).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(reason),
  });
});

test('a server that is not a hub is named as such', async () => {
  const server = await startHubServer((_, response) => {
    response.end('<html>');
  });
  await expect(resolve('f16', temporaryFolder(), server).resolved).rejects.toThrow(
    'check that HF_ENDPOINT is a hub',
  );
});

test.each([
  ['is busy', 429],
  ['is broken', 503],
  ['breaks off', 200],
])('a hub that %s (%i) is replaced by what was seen last', async (_, status) => {
  const cache = temporaryFolder();
  const first = await resolve('f16', cache, await startHub(['tiny-F16.gguf'])).resolved;
  const server = await startHubServer((__, response) => {
    if (status === 200) {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"sha": "', () => setTimeout(() => response.destroy(), 50));
    } else {
      response.writeHead(status, { 'retry-after': '0' }).end();
    }
  });
  const { context, resolved } = resolve('f16', cache, server);
  expect(await resolved).toEqual(first);
  expect(context.events).toContainEqual({
    kind: 'warning',
    text: expect.stringMatching(/^hf:owner\/tiny-it@main: .*; using its last known list of files/),
  });
});

test('a list of files that breaks off, of a repository that was never seen, says so', async () => {
  const server = await startHubServer((_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write('{', () => setTimeout(() => response.destroy(), 50));
  });
  await expect(resolve('f16', temporaryFolder(), server).resolved).rejects.toThrow(
    'hf:owner/tiny-it@main: no list of its files: its answer broke off: ',
  );
});

test('a nearer file of which parts were not put out is passed over', async () => {
  const hub = await startHub(['tiny-F32-00001-of-00003.gguf', 'tiny-F16.gguf']);
  const { resolved } = resolve('q8', temporaryFolder(), hub);
  expect((await resolved).record.provenance).toMatchObject({ from: { name: 'tiny-F16.gguf' } });
});
