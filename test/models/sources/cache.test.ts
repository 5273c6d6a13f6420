import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { publishedPath } from '../../../src/models/cache/cache-folder.ts';
import type { PublishedFile } from '../../../src/models/repository.ts';
import { sidecarPath } from '../../../src/models/cache/sidecar.ts';
import { cacheSource } from '../../../src/models/sources/cache.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import { HOLD } from '../../fixtures/hold.ts';
import { makeModelSettings, startedSteps } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const WANTED: PublishedFile = {
  repo: 'owner/repo',
  revision: 'a'.repeat(40),
  name: 'model-q8_0.gguf',
  quantization: 'q8_0',
  sha256: sha256Text('weights'),
  bytes: 7,
  packages: undefined,
};

function layInCache(folder: string, content: string): string {
  const path = publishedPath(folder, WANTED);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

test('a file that is not there is refused', async () => {
  const source = cacheSource(makeModelSettings(temporaryFolder()));
  expect(await source.give(WANTED, HOLD)).toEqual({ kind: 'refused', reason: 'missing' });
});

test('a file that somebody laid there is checked once', async () => {
  const folder = temporaryFolder();
  const path = layInCache(folder, 'weights');
  const settings = makeModelSettings(folder);
  const source = cacheSource(settings);
  const first = await source.give(WANTED, HOLD);
  expect(first).toMatchObject({
    held: {
      path,
      file: { name: WANTED.name, sha256: WANTED.sha256, bytes: 7 },
      provenance: { kind: 'published', repo: 'owner/repo', via: 'cache' },
    },
  });
  expect(await source.give(WANTED, HOLD)).toEqual(first);
  expect(startedSteps(settings.events)).toEqual(['sha256 of model-q8_0.gguf']);
});

test('a file that was written to since is checked again', async () => {
  const folder = temporaryFolder();
  const path = layInCache(folder, 'weights');
  const settings = makeModelSettings(folder);
  await cacheSource(settings).give(WANTED, HOLD);
  const { mtimeMs } = statSync(path);
  writeFileSync(path, 'weight!');
  utimesSync(path, mtimeMs / 1000 + 5, mtimeMs / 1000 + 5);
  expect(await cacheSource(settings).give(WANTED, HOLD)).toMatchObject({
    kind: 'refused',
    reason: `${path} has sha256 ${sha256Text('weight!')}, expected ${WANTED.sha256}`,
  });
});

test('a file of wrong bytes is refused with a warning and left alone', async () => {
  const folder = temporaryFolder();
  const path = layInCache(folder, 'garbage');
  const settings = makeModelSettings(folder);
  expect(await cacheSource(settings).give(WANTED, HOLD)).toMatchObject({ kind: 'refused' });
  expect(settings.events).toContainEqual({
    kind: 'warning',
    text: expect.stringContaining(`expected ${WANTED.sha256}; it is replaced if a source has it`),
  });
  expect(readFileSync(path, 'utf8')).toBe('garbage');
});

test.each([
  ['the size that is published', WANTED],
  ['the size that it had when it was checked', { ...WANTED, bytes: undefined }],
])('a file that has not %s is refused without hashing', async (_, wanted) => {
  const folder = temporaryFolder();
  const path = layInCache(folder, 'weights');
  await cacheSource(makeModelSettings(folder)).give(WANTED, HOLD);
  writeFileSync(path, 'weigh');
  const settings = makeModelSettings(folder, { offline: true });
  expect(await cacheSource(settings).give(wanted, HOLD)).toEqual({
    kind: 'refused',
    reason: `${path} has 5 bytes, expected 7`,
  });
  expect(settings.events).toEqual([
    { kind: 'warning', text: `cache: ${path} has 5 bytes, expected 7; it is not used` },
  ]);
});

test('a file without a checksum is refused, unless it was checked when it came', async () => {
  const folder = temporaryFolder();
  const path = layInCache(folder, 'weights');
  const unpinned = { ...WANTED, sha256: undefined };
  const source = cacheSource(makeModelSettings(folder));
  expect(await source.give(unpinned, HOLD)).toEqual({
    kind: 'refused',
    reason: `${path} has no checksum to be checked by`,
  });
  await source.give(WANTED, HOLD);
  expect(await source.give(unpinned, HOLD)).toMatchObject({ kind: 'given' });
});

test('a torn sidecar only costs hashing again', async () => {
  const folder = temporaryFolder();
  const path = layInCache(folder, 'weights');
  writeFileSync(sidecarPath(path), '{"version": 1,');
  expect(await cacheSource(makeModelSettings(folder)).give(WANTED, HOLD)).toMatchObject({
    kind: 'given',
  });
  rmSync(path);
  expect(await cacheSource(makeModelSettings(folder)).give(WANTED, HOLD)).toMatchObject({
    kind: 'refused',
  });
});

test('what lies there and cannot be read is refused with a warning', async () => {
  const folder = temporaryFolder();
  const path = publishedPath(folder, WANTED);
  mkdirSync(path, { recursive: true });
  const settings = makeModelSettings(folder);
  const answer = await cacheSource(settings).give({ ...WANTED, bytes: undefined }, HOLD);
  expect(answer).toEqual({ kind: 'refused', reason: `${path} cannot be read (EISDIR)` });
  expect(settings.events).toContainEqual({
    kind: 'warning',
    text: `cache: ${path} cannot be read (EISDIR); it is replaced if a source has it`,
  });
});
