import { weightBytes } from '../../../src/records/model.ts';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { readGguf } from '../../../src/models/gguf/gguf.ts';
import { parseBase, parseModelItem } from '../../../src/models/item.ts';
import { resolveModel } from '../../../src/models/resolve.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import { folderFiles } from '../../fixtures/folder-files.ts';
import { COMMIT, hubRepositoryListener, startHubServer } from '../../fixtures/hub-server.ts';
import { makeModelContext } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeSplitTinyGguf, makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

async function makeParts() {
  const folder = temporaryFolder();
  const paths = await makeSplitTinyGguf(join(folder, 'tiny-F16'), 3);
  const [first = '', second = '', third = ''] = paths;
  return { folder, paths, first, second, third };
}

async function startHub(paths: readonly string[]) {
  const files = Object.fromEntries(
    paths.map((path) => [`F16/${basename(path)}`, readFileSync(path)]),
  );
  return startHubServer(hubRepositoryListener({ repo: 'owner/tiny', files }));
}

function resolve(text: string, cache: string, endpoint = 'http://127.0.0.1:9') {
  const context = makeModelContext(cache, { hub: { endpoint, token: undefined } });
  return resolveModel(parseModelItem(text, parseBase('hf:owner/tiny')), context);
}

test('the parts of a model are one model: sizes and tensors add up, checksums are joined', async () => {
  const { folder, paths, first } = await makeParts();
  const { path, record } = await resolve(first, join(folder, 'cache'));
  const { weights } = record;
  const parts = (weights.kind === 'file' ? weights.parts : undefined) ?? [];
  expect(path).toBe(first);
  expect(record).toMatchObject({ base: 'tiny-F16', quantization: 'f16' });
  expect(parts.map(({ name }) => name)).toEqual(paths.map((part) => basename(part)));
  expect(record.weights.name).toBe('tiny-F16-00001-of-00003.gguf');
  expect(record.weights.sha256).toBe(sha256Text(parts.map(({ sha256 }) => `${sha256}\n`).join('')));
  expect(weightBytes(record.weights)).toBe(
    paths.reduce((sum, part) => sum + readFileSync(part).length, 0),
  );
  const whole = join(folder, 'whole.gguf');
  await makeTinyGguf(whole);
  expect(record.tensors).toEqual((await readGguf(whole)).summary);
});

test('llama.cpp makes one file of the parts, the same as of the whole', async () => {
  const { folder, first } = await makeParts();
  const cache = join(folder, 'cache');
  const whole = join(folder, 'tiny.gguf');
  await makeTinyGguf(whole);
  const context = makeModelContext(cache);
  const made = await resolveModel(parseModelItem('q8', parseBase(first)), context);
  const same = await resolveModel(parseModelItem('q8', parseBase(whole)), context);
  expect(made.record.weights).toEqual({ ...same.record.weights, name: 'tiny-F16-to-q8_0.gguf' });
  expect(made.record.provenance).toMatchObject({
    kind: 'quantized',
    from: { parts: [{}, {}, {}] },
  });
});

test.each([
  ['f16', 'in order'],
  ['f16', 'backwards'],
  ['hf:owner/tiny/F16/tiny-F16-00001-of-00003.gguf', 'in order'],
])(
  '%s fetches all parts from the hub, which lists them %s, into one folder',
  async (item, order) => {
    const { folder, paths, first } = await makeParts();
    const server = await startHub(order === 'backwards' ? paths.toReversed() : paths);
    const cache = join(folder, 'cache');
    const { path, record } = await resolve(item, cache, server.endpoint);
    const place = `hub/owner--tiny/${COMMIT}/F16`;
    expect(path).toBe(join(cache, place, basename(first)));
    expect(folderFiles(join(cache, place)).filter((name) => name.endsWith('.gguf'))).toEqual(
      paths.map((part) => basename(part)),
    );
    const local = await resolve(first, cache);
    expect(record.weights).toEqual(local.record.weights);
    expect(record).toMatchObject({ quantization: 'f16', provenance: { kind: 'published' } });
  },
);

test('a part that is missing, another than the first and a renamed one are usage errors', async () => {
  const { folder, paths, first, second, third } = await makeParts();
  const cache = join(folder, 'cache');
  const server = await startHub(paths);
  const renamed = join(folder, 'renamed.gguf');
  copyFileSync(first, renamed);
  rmSync(third);
  for (const [item, reason] of [
    [second, `is part 2 of 3; name the first, ${first}`],
    [first, `tiny-F16-00003-of-00003.gguf is missing beside ${first}`],
    [renamed, 'llama.cpp wants names that end in -00001-of-00003.gguf; rename the parts'],
    [
      'hf:owner/tiny/F16/tiny-F16-00002-of-00003.gguf',
      'is not the first part; name hf:owner/tiny/F16/tiny-F16-00001-of-00003.gguf',
    ],
  ] as const) {
    await expect(resolve(item, cache, server.endpoint)).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining(reason),
    });
  }
});

test('parts that were mixed up are noticed', async () => {
  const { folder, first, second, third } = await makeParts();
  copyFileSync(third, second);
  await expect(resolve(first, join(folder, 'cache'))).rejects.toThrow(
    'tiny-F16-00002-of-00003.gguf is part 3 of 3',
  );
});
