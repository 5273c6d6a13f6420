import { readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { expect, test } from 'vitest';
import {
  createHubClient,
  type HubClientOptions,
} from '../../../../src/models/sources/hub/client.ts';
import type { PublishedFile } from '../../../../src/models/repository.ts';
import { hubSource } from '../../../../src/models/sources/hub/source.ts';
import { sha256Text } from '../../../../src/records/hash.ts';
import { folderFiles } from '../../../fixtures/folder-files.ts';
import { HOLD } from '../../../fixtures/hold.ts';
import {
  COMMIT,
  type HubServer,
  hubRepositoryListener,
  startHubServer,
} from '../../../fixtures/hub-server.ts';
import { makeModelSettings, startedSteps } from '../../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const WEIGHTS = Array.from({ length: 100_000 }, (_, index) => index).join(' ');
const WANTED: PublishedFile = {
  repo: 'owner/repo',
  revision: COMMIT,
  name: 'model.gguf',
  quantization: undefined,
  sha256: sha256Text(WEIGHTS),
  bytes: WEIGHTS.length,
  packages: undefined,
};
const UNPINNED = { ...WANTED, sha256: undefined, bytes: undefined };
const PATH = `hub/owner--repo/${COMMIT}/model.gguf`;

const healthy = hubRepositoryListener({ repo: 'owner/repo', files: { 'model.gguf': WEIGHTS } });

/** A hub that cuts the first `times` transfers after `bytes` each. */
function cutting(times: number, bytes = 200_000): RequestListener {
  let left = times;
  const cutAfter = (): number | undefined => {
    left -= 1;
    return left < 0 ? undefined : bytes;
  };
  return hubRepositoryListener({ repo: 'owner/repo', files: { 'model.gguf': WEIGHTS }, cutAfter });
}

function connect(folder: string, server: HubServer, changes: Partial<HubClientOptions> = {}) {
  const settings = makeModelSettings(folder);
  const { signal } = settings;
  const client = createHubClient({
    endpoint: server.endpoint,
    token: undefined,
    signal,
    ...changes,
  });
  return { settings, source: hubSource(client, settings, 1) };
}

/** A folder in which a download broke off after the first bytes. */
async function breakOff() {
  const folder = temporaryFolder();
  const listener = cutting(1);
  const server = await startHubServer((request, response) => {
    // To go on within the same run is refused.
    if (request.headers.range === undefined) {
      listener(request, response);
    } else {
      response.writeHead(410).end();
    }
  });
  const { source } = connect(folder, server);
  const answer = await source.give(WANTED, HOLD);
  return { folder, answer };
}

function content(folder: string): string {
  return readFileSync(join(folder, PATH), 'utf8');
}

test('a transfer that is cut goes on where it ended', async () => {
  const server = await startHubServer(cutting(2));
  const { settings, source } = connect(temporaryFolder(), server);
  expect(await source.give(UNPINNED, HOLD)).toMatchObject({
    kind: 'given',
    held: { file: { sha256: WANTED.sha256, bytes: WEIGHTS.length } },
  });
  expect(content(settings.cacheFolder)).toBe(WEIGHTS);
  expect(folderFiles(settings.cacheFolder)).toEqual([PATH, `${PATH}.json`]);
  const ranges = server.ranges.filter((range) => range !== undefined);
  expect(new Set(ranges).size).toBe(2);
  expect(startedSteps(settings.events)).toHaveLength(3);
});

test('a reconnect that is refused is tried again once something has come', async () => {
  const listener = cutting(1);
  let refusals = 3;
  const server = await startHubServer((request, response) => {
    if (request.headers.range !== undefined && refusals > 0) {
      refusals -= 1;
      request.socket.destroy();
    } else {
      listener(request, response);
    }
  });
  const { settings, source } = connect(temporaryFolder(), server);
  expect(await source.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
  expect(content(settings.cacheFolder)).toBe(WEIGHTS);
  const notes = settings.events.filter(({ kind }) => kind === 'note');
  expect(notes).toHaveLength(4);
});

test('a later run goes on where an earlier one ended', async () => {
  const { folder, answer } = await breakOff();
  expect(answer).toMatchObject({ kind: 'refused' });
  expect(folderFiles(folder)).toEqual([`${PATH}.partial`, `${PATH}.partial.json`]);
  const kept = readFileSync(join(folder, `${PATH}.partial`)).length;
  expect(kept).toBeGreaterThan(0);
  const server = await startHubServer(healthy);
  const { settings, source } = connect(folder, server);
  expect(await source.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
  expect(server.ranges).toEqual([`bytes=${kept}-`, `bytes=${kept}-`]);
  expect(settings.events[0]).toMatchObject({ kind: 'step-started', done: kept });
  expect(content(folder)).toBe(WEIGHTS);
});

test('a transfer that is cut again and again is given up, and says what is kept', async () => {
  const folder = temporaryFolder();
  const server = await startHubServer(cutting(Number.POSITIVE_INFINITY, 1000));
  const answer = await connect(folder, server).source.give(WANTED, HOLD);
  const kept = readFileSync(join(folder, `${PATH}.partial`)).length;
  expect(kept).toBeGreaterThan(1000);
  expect(kept).toBeLessThanOrEqual(6000);
  expect(answer).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining(
      `; ${prettyBytes(kept)} of the file are kept; rerun the same command to resume`,
    ),
  });
});

test('a server that ignores ranges sends the whole again', async () => {
  const { folder } = await breakOff();
  const server = await startHubServer((request, response) => {
    delete request.headers.range;
    healthy(request, response);
  });
  expect(await connect(folder, server).source.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
  expect(content(folder)).toBe(WEIGHTS);
});

test('a file that changed meanwhile comes from its start', async () => {
  const { folder } = await breakOff();
  const changed = WEIGHTS.replaceAll('1', 'one ');
  const server = await startHubServer(
    hubRepositoryListener({ repo: 'owner/repo', files: { 'model.gguf': changed } }),
  );
  expect(await connect(folder, server).source.give(UNPINNED, HOLD)).toMatchObject({
    kind: 'given',
    held: { file: { sha256: sha256Text(changed) } },
  });
  expect(content(folder)).toBe(changed);
});

test('kept bytes that turn out wrong are fetched again', async () => {
  const { folder } = await breakOff();
  const partial = join(folder, `${PATH}.partial`);
  writeFileSync(partial, 'x'.repeat(readFileSync(partial).length));
  const server = await startHubServer(healthy);
  const { settings, source } = connect(folder, server);
  expect(await source.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
  expect(content(folder)).toBe(WEIGHTS);
  expect(settings.events).toContainEqual({
    kind: 'note',
    text: expect.stringMatching(/^hub: checksum mismatch: .*; resuming$/),
  });
});

test('kept bytes beyond the end of the file are dropped', async () => {
  const { folder } = await breakOff();
  writeFileSync(join(folder, `${PATH}.partial`), `${WEIGHTS} and more`);
  const server = await startHubServer(healthy);
  expect(await connect(folder, server).source.give(UNPINNED, HOLD)).toMatchObject({
    kind: 'given',
  });
  expect(content(folder)).toBe(WEIGHTS);
});

test('a file that is whole but for its name costs one byte', async () => {
  const { folder } = await breakOff();
  writeFileSync(join(folder, `${PATH}.partial`), WEIGHTS);
  const server = await startHubServer(healthy);
  expect(await connect(folder, server).source.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
  expect(server.ranges).toEqual([`bytes=${WEIGHTS.length - 1}-`, `bytes=${WEIGHTS.length - 1}-`]);
  expect(content(folder)).toBe(WEIGHTS);
});

test('a torn note of what was kept costs starting anew', async () => {
  const { folder } = await breakOff();
  writeFileSync(join(folder, `${PATH}.partial.json`), '{"version": 1,');
  const server = await startHubServer(healthy);
  expect(await connect(folder, server).source.give(WANTED, HOLD)).toMatchObject({ kind: 'given' });
  expect(server.ranges).toEqual([undefined, undefined]);
});

test('a body that stalls is given up, and what came is kept', async () => {
  const folder = temporaryFolder();
  const server = await startHubServer((request, response) => {
    if (request.headers.range !== undefined) {
      response.writeHead(410).end();
      return;
    }
    response.writeHead(200, { 'content-length': WEIGHTS.length });
    response.write(WEIGHTS.slice(0, 1000));
  });
  const { settings, source } = connect(folder, server, { stallMs: 200 });
  expect(await source.give(WANTED, HOLD)).toMatchObject({
    kind: 'refused',
    reason: '410 Gone; 1 kB of the file are kept; rerun the same command to resume',
  });
  expect(settings.events).toContainEqual({
    kind: 'note',
    text: 'hub: nothing came for 0.2 s; the download was given up; resuming',
  });
});

test('a body that never begins leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const server = await startHubServer((_, response) => {
    response.writeHead(200, { 'content-length': WEIGHTS.length }).flushHeaders();
  });
  expect(await connect(folder, server, { stallMs: 200 }).source.give(WANTED, HOLD)).toEqual({
    kind: 'refused',
    reason: 'nothing came for 0.2 s; the download was given up',
  });
  expect(folderFiles(folder)).toEqual([]);
});

test('an interrupt ends the download and keeps what came', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const folder = temporaryFolder();
  const server = await startHubServer((_, response) => {
    response.writeHead(200, { 'content-length': WEIGHTS.length });
    response.write(WEIGHTS.slice(0, 1000));
  });
  const settings = makeModelSettings(folder, {
    signal,
    progress: (event) => {
      if (event.kind === 'step-advanced') {
        controller.abort(new Error('interrupted'));
      }
    },
  });
  const client = createHubClient({ ...server, token: undefined, signal });
  const source = hubSource(client, settings);
  await expect(source.give(WANTED, { exclusive: true, signal })).rejects.toThrow('interrupted');
  expect(folderFiles(folder)).toEqual([`${PATH}.partial`, `${PATH}.partial.json`]);
});

test('without a lock nothing is kept and nothing is gone on with', async () => {
  const { folder } = await breakOff();
  const alone = { ...HOLD, exclusive: false };
  const cut = await startHubServer(cutting(1));
  expect(await connect(folder, cut).source.give(WANTED, alone)).toMatchObject({ kind: 'refused' });
  expect(folderFiles(folder)).toEqual([`${PATH}.partial`, `${PATH}.partial.json`]);
  const server = await startHubServer(healthy);
  expect(await connect(folder, server).source.give(WANTED, alone)).toMatchObject({ kind: 'given' });
  expect(server.ranges).toEqual([undefined, undefined]);
});

test('a file that the disk cannot hold is refused before the transfer, with both sizes', async () => {
  const folder = temporaryFolder();
  const server = await startHubServer((_, response) => {
    response.writeHead(200, { 'content-length': 10 ** 18 }).flushHeaders();
  });
  const { source } = connect(folder, server);
  await expect(source.give({ ...WANTED, bytes: undefined }, HOLD)).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringMatching(
      /^the disk of .*hub\/owner--repo\/c{40} has .* free, and 1 EB are needed; free some space, or choose another cache folder with EVALKIT_CACHE$/,
    ),
  });
  expect(folderFiles(folder)).toEqual([]);
});
