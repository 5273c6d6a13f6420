import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadText, type LoadTextOptions } from '../../../src/measures/perplexity/load-text.ts';
import { createHubClient } from '../../../src/models/sources/hub/client.ts';
import { startHubServer } from '../../fixtures/hub-server.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const REPO = 'flytech/python-codes-25k';
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const ROWS = '{"text":"a = 1\\n"}\n{"text":"b = 2\\n"}\n';

interface Listed {
  readonly rfilename: string;
  readonly blobId?: string;
  readonly lfs?: { readonly sha256: string };
}

const inLfs = { rfilename: 'rows.jsonl', lfs: { sha256: hash('sha256', ROWS) } };

function hash(algorithm: 'sha1' | 'sha256', text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

/** A hub that has the data set with these files, all of the same content. */
function startHub(siblings: readonly Listed[], content = ROWS) {
  return startHubServer((request, response) => {
    if (request.url === `/api/datasets/${REPO}/revision/main?blobs=true`) {
      response.end(JSON.stringify({ sha: COMMIT, siblings }));
    } else if (request.url?.startsWith(`/datasets/${REPO}/resolve/${COMMIT}/`)) {
      response.end(content);
    } else {
      response.writeHead(404).end();
    }
  });
}

function options(endpoint: string | undefined, changes: Partial<LoadTextOptions> = {}) {
  const { signal } = new AbortController();
  return {
    path: undefined,
    choice: { field: 'text', rows: 512 },
    cacheFolder: temporaryFolder(),
    hubClient:
      endpoint === undefined ? undefined : createHubClient({ endpoint, token: undefined, signal }),
    progress: () => undefined,
    ...changes,
  };
}

test('the default data set comes from the hub once, with its commit and checksum, then from the cache', async () => {
  const hub = await startHub([{ rfilename: 'README.md' }, inLfs]);
  const online = options(hub.endpoint);
  const first = await loadText(online);
  expect(first.rows).toEqual(['a = 1\n', 'b = 2\n']);
  expect(first.plan).toEqual({
    source: { kind: 'hub', repo: REPO, revision: COMMIT, name: 'rows.jsonl' },
    sha256: hash('sha256', ROWS),
    field: 'text',
    rows: 2,
    askedRows: 512,
  });
  expect(hub.asked).toHaveLength(2);
  expect(await loadText({ ...online, hubClient: undefined })).toEqual(first);
  expect(hub.asked).toHaveLength(2);
});

test("a file that is not in LFS is checked by git's own checksum", async () => {
  const blobId = hash('sha1', `blob ${ROWS.length}\0${ROWS}`);
  const hub = await startHub([{ rfilename: 'rows.jsonl', blobId }]);
  expect((await loadText(options(hub.endpoint))).plan.rows).toBe(2);
});

test('JSON lines are taken before Parquet, and Parquet before JSON', async () => {
  const names = ['b.json', 'a.parquet', 'data/z.jsonl', 'data/y.jsonl'];
  const hub = await startHub(names.map((rfilename) => ({ ...inLfs, rfilename })));
  expect((await loadText(options(hub.endpoint))).plan.source.name).toBe('data/y.jsonl');
});

test('bytes other than the published are refused and not kept', async () => {
  const hub = await startHub([inLfs], ROWS.replace('1', '2'));
  const online = options(hub.endpoint);
  await expect(loadText(online)).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(/rows\.jsonl has the checksum .* and the hub's metadata say/),
  });
  expect(readdirSync(online.cacheFolder)).toEqual([]);
});

test('a damaged copy in the cache is fetched again', async () => {
  const hub = await startHub([inLfs]);
  const online = options(hub.endpoint);
  const first = await loadText(online);
  const file = join(
    online.cacheFolder,
    'datasets',
    'flytech--python-codes-25k',
    COMMIT,
    'rows.jsonl',
  );
  expect(readFileSync(file, 'utf8')).toBe(ROWS);
  writeFileSync(file, 'damaged');
  expect(await loadText(online)).toEqual(first);
  expect(readFileSync(file, 'utf8')).toBe(ROWS);
});

test.each([
  ['a hub without the data set', [] as Listed[] | undefined, 'it has no .jsonl'],
  ['no hub at all', undefined, 'the hub is not asked (--offline)'],
])('%s is an environment error that says what to do', async (_, siblings, reason) => {
  const endpoint = siblings === undefined ? undefined : (await startHub(siblings)).endpoint;
  const error = await loadText(options(endpoint)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'environment', message: expect.stringContaining(reason) });
  expect(String(error)).toContain('name a file of your own with --ppl-data');
});

test('a hub that cannot be reached is an environment error', async () => {
  await expect(loadText(options('http://127.0.0.1:9'))).rejects.toMatchObject({
    kind: 'environment',
  });
});

test('a plain text is one untrimmed row to which neither field nor rows apply', async () => {
  const path = join(temporaryFolder(), 'own.txt');
  writeFileSync(path, '\n a = 1\n\n');
  const choice = { field: 'code', rows: 1 };
  expect(await loadText(options(undefined, { path, choice }))).toEqual({
    plan: {
      source: { kind: 'file', name: 'own.txt' },
      sha256: hash('sha256', '\n a = 1\n\n'),
      rows: 1,
    },
    rows: ['\n a = 1\n\n'],
  });
});

test('as many rows as are asked for leave nothing to say', async () => {
  const path = join(temporaryFolder(), 'own.jsonl');
  writeFileSync(path, ROWS);
  const { plan, rows } = await loadText(
    options(undefined, { path, choice: { field: 'text', rows: 1 } }),
  );
  expect(rows).toHaveLength(1);
  expect(plan).toMatchObject({ rows: 1 });
  expect(plan).not.toHaveProperty('askedRows');
});

test('an empty text and a file that is not there are usage errors', async () => {
  const path = join(temporaryFolder(), 'own.txt');
  writeFileSync(path, '');
  await expect(loadText(options(undefined, { path }))).rejects.toThrow('own.txt is empty');
  await expect(loadText(options(undefined, { path: `${path}.jsonl` }))).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('cannot be read'),
  });
});

test('a cache that cannot be written costs one warning: the text is scored', async () => {
  const hub = await startHub([inLfs]);
  const cacheFolder = join(temporaryFolder(), 'cache');
  writeFileSync(cacheFolder, '');
  const warnings: string[] = [];
  const progress: LoadTextOptions['progress'] = (event) => {
    if (event.kind === 'warning') {
      warnings.push(event.text);
    }
  };
  const { rows } = await loadText(options(hub.endpoint, { cacheFolder, progress }));
  expect(rows).toEqual(['a = 1\n', 'b = 2\n']);
  expect(warnings).toEqual([expect.stringMatching(/rows\.jsonl cannot be written \(E\w+\): /)]);
});
