import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import {
  createHubClient,
  type HubClientOptions,
} from '../../../../src/models/sources/hub/client.ts';
import type { PublishedFile } from '../../../../src/models/repository.ts';
import type { ModelSettings } from '../../../../src/models/settings.ts';
import { hubSource } from '../../../../src/models/sources/hub/source.ts';
import { sha256Text } from '../../../../src/records/hash.ts';
import { folderFiles } from '../../../fixtures/folder-files.ts';
import { startHubServer } from '../../../fixtures/hub-server.ts';
import { HOLD } from '../../../fixtures/hold.ts';
import { makeModelSettings } from '../../../fixtures/model-settings.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

const WEIGHTS = 'weights'.repeat(50_000);
const COMMIT = 'c'.repeat(40);
const WANTED: PublishedFile = {
  repo: 'owner/repo',
  revision: 'main',
  name: 'sub/model q8.gguf',
  quantization: 'q8_0',
  sha256: sha256Text(WEIGHTS),
  bytes: WEIGHTS.length,
  packages: undefined,
};
const UNPINNED = { ...WANTED, sha256: undefined, bytes: undefined };

/** Where nobody listens any more. */
async function closedEndpoint(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function give(
  wanted: PublishedFile,
  listener: RequestListener,
  changes: Partial<HubClientOptions> & Partial<ModelSettings> = {},
) {
  const folder = temporaryFolder();
  const settings = makeModelSettings(folder, changes);
  const server = await startHubServer(listener);
  const client = createHubClient({
    endpoint: server.endpoint,
    token: undefined,
    signal: settings.signal,
    ...changes,
  });
  const source = hubSource(client, settings);
  return {
    folder,
    settings,
    server,
    source,
    answer: await source.give(wanted, { ...HOLD, signal: settings.signal }),
  };
}

const giveWeights: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': WEIGHTS.length }).end(WEIGHTS);
};

test('a file is downloaded, checked and kept', async () => {
  const { folder, server, settings, answer } = await give(WANTED, giveWeights);
  expect(server.asked).toEqual(['/owner/repo/resolve/main/sub/model%20q8.gguf']);
  expect(answer).toMatchObject({
    kind: 'given',
    held: {
      file: { name: 'model q8.gguf', sha256: WANTED.sha256, bytes: WEIGHTS.length },
      provenance: { kind: 'published', repo: 'owner/repo', revision: 'main', via: 'hub' },
    },
  });
  const path = 'hub/owner--repo/main/sub/model q8.gguf';
  expect(folderFiles(folder)).toEqual([path, `${path}.json`]);
  expect(readFileSync(`${folder}/${path}`, 'utf8')).toBe(WEIGHTS);
  expect(settings.events[0]).toMatchObject({ unit: 'bytes', total: WEIGHTS.length });
  expect(settings.events.at(-2)).toMatchObject({ kind: 'step-advanced', done: WEIGHTS.length });
});

test('checksum and commit come from the redirect, and the token does not leave the hub', async () => {
  const tokens: (string | undefined)[] = [];
  const storage = await startHubServer((request, response) => {
    tokens.push(request.headers.authorization);
    response.setHeader('x-linked-etag', '"not the hub"');
    giveWeights(request, response);
  });
  const { answer } = await give(
    UNPINNED,
    (request, response) => {
      tokens.push(request.headers.authorization);
      const headers = { 'x-linked-etag': `"${sha256Text(WEIGHTS)}"`, 'x-repo-commit': COMMIT };
      const location = request.url === '/moved' ? `${storage.endpoint}/blob` : '/moved';
      response.writeHead(307, { ...headers, location }).end();
    },
    { token: 'secret' },
  );
  expect(answer).toMatchObject({
    held: { file: { sha256: WANTED.sha256 }, provenance: { revision: COMMIT } },
  });
  expect(tokens).toEqual(['Bearer secret', 'Bearer secret', undefined]);
});

test.each([
  [401, undefined, 'or it needs a token; set HF_TOKEN'],
  [401, 'secret', 'HF_TOKEN is not accepted'],
  [403, undefined, "access must be asked for on the model's page; then set HF_TOKEN"],
  [403, 'secret', 'HF_TOKEN has no access'],
  [404, undefined, 'owner/repo has no sub/model q8.gguf at main'],
  [410, undefined, '410 Gone'],
])('the status %i with the token %s is explained', async (status, token, reason) => {
  const { answer, folder } = await give(
    WANTED,
    (_, response) => {
      response.writeHead(status).end();
    },
    { token },
  );
  expect(answer).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
  expect(answer).toMatchObject({ reason: expect.stringContaining(String(status)) });
  expect(folderFiles(folder)).toEqual([]);
});

test('wrong bytes leave nothing behind', async () => {
  const wrong = WEIGHTS.replace('w', 'W');
  const { answer, folder } = await give(WANTED, (_, response) => {
    response.end(wrong);
  });
  expect(answer).toEqual({
    kind: 'refused',
    reason: `checksum mismatch: sha256 ${sha256Text(wrong)}, expected ${WANTED.sha256}`,
  });
  expect(folderFiles(folder)).toEqual([]);
});

test.each([
  ['too few', WEIGHTS.slice(1), `${WEIGHTS.length - 1} bytes came, expected ${WEIGHTS.length}`],
  ['too many', `${WEIGHTS}!`, `more than the expected ${WEIGHTS.length} bytes came`],
])('%s bytes leave nothing behind', async (_, body, reason) => {
  const { answer, folder } = await give(WANTED, (__, response) => {
    // Chunked: without a length that would give it away.
    response.write(body);
    response.end();
  });
  expect(answer).toEqual({ kind: 'refused', reason });
  expect(folderFiles(folder)).toEqual([]);
});

test.each([
  ['size', { 'content-length': 5 }, 'its file has 5 bytes, expected'],
  ['checksum', { 'x-linked-etag': `"${'0'.repeat(64)}"` }, `its file has sha256 ${'0'.repeat(64)}`],
])('another %s in the headers is refused before the transfer', async (_, headers, reason) => {
  const { answer } = await give(WANTED, (__, response) => {
    response.writeHead(200, headers).flushHeaders();
  });
  expect(answer).toEqual({ kind: 'refused', reason: expect.stringContaining(reason) });
});

test('a file that the hub names no checksum for is refused', async () => {
  const { answer } = await give(UNPINNED, giveWeights);
  expect(answer).toEqual({ kind: 'refused', reason: 'it names no sha256 for the file' });
});

test('a hub that does not answer is asked once', async () => {
  const { answer, source, server } = await give(WANTED, () => {}, { answerMs: 200 });
  expect(answer).toMatchObject({
    kind: 'refused',
    reason: expect.stringMatching(/^http:.*: no answer within 0\.2 s$/),
  });
  expect(await source.give({ ...WANTED, name: 'other.gguf' }, HOLD)).toEqual(answer);
  expect(server.asked).toHaveLength(1);
});

test('a hub that is not there is named with what the system said', async () => {
  const endpoint = await closedEndpoint();
  const { signal } = new AbortController();
  const client = createHubClient({ endpoint, token: undefined, signal });
  expect(await client.get('/')).toMatchObject({
    kind: 'refused',
    reason: `${endpoint}: fetch failed (ECONNREFUSED)`,
  });
});

test('redirects without an end are refused', async () => {
  const { answer } = await give(WANTED, (_, response) => {
    response.writeHead(302, { location: '/again' }).end();
  });
  expect(answer).toMatchObject({ reason: expect.stringContaining('redirects without an end') });
});

test('a redirect to what is not an address is refused', async () => {
  const { answer } = await give(WANTED, (_, response) => {
    response.writeHead(302, { location: 'http://' }).end();
  });
  expect(answer).toMatchObject({
    kind: 'refused',
    reason: expect.stringContaining('redirects to "http://", which is not an address'),
  });
});

test('a hub that has answered once is asked again after a question without an answer', async () => {
  const server = await startHubServer((request, response) => {
    if (request.url === '/away') {
      request.socket.destroy();
    } else {
      response.end('here');
    }
  });
  const { signal } = new AbortController();
  const client = createHubClient({ ...server, token: undefined, signal });
  for (const [path, kind] of [
    ['/', 'answered'],
    ['/away', 'refused'],
    ['/', 'answered'],
  ] as const) {
    const answer = await client.get(path);
    expect(answer.kind).toBe(kind);
    if (answer.kind === 'answered') {
      answer.cancel();
    }
  }
});
