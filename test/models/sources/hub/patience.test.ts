import { expect, test } from 'vitest';
import {
  createHubClient,
  type HubClientOptions,
} from '../../../../src/models/sources/hub/client.ts';
import type { ProgressEvent } from '../../../../src/records/progress.ts';
import { startHubServer } from '../../../fixtures/hub-server.ts';

/** A hub that refuses the first questions, and a client of it. */
async function ask(
  refusals: number,
  [status, headers]: readonly [number, Readonly<Record<string, string>>],
  changes: Partial<HubClientOptions> = {},
) {
  const server = await startHubServer((_, response) => {
    if (server.asked.length <= refusals) {
      response.writeHead(status, headers).end();
    } else {
      response.end('here');
    }
  });
  const events: ProgressEvent[] = [];
  const client = createHubClient({
    endpoint: server.endpoint,
    token: undefined,
    signal: new AbortController().signal,
    progress: (event) => events.push(event),
    patience: { firstWaitMs: 10 },
    ...changes,
  });
  return { server, events, answer: await client.get('/file') };
}

test('a hub that is busy is asked again after the wait that it names, which is said', async () => {
  const { server, events, answer } = await ask(2, [429, { 'retry-after': '1' }]);
  expect(answer).toMatchObject({ kind: 'answered' });
  expect(server.asked).toHaveLength(3);
  const text = 'hub: 429 Too Many Requests; asking again in 1s';
  expect(events).toEqual([
    { kind: 'note', text },
    { kind: 'note', text },
  ]);
});

test('the wait may be a date, also one that is over', async () => {
  const { answer } = await ask(1, [429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }]);
  expect(answer).toMatchObject({ kind: 'answered' });
});

test('a wait beyond reason is not waited', async () => {
  const { server, answer } = await ask(1, [429, { 'retry-after': '3600' }]);
  expect(answer).toEqual({
    kind: 'refused',
    status: 429,
    reason: '429 Too Many Requests, and it asks to wait 1h; try again then',
  });
  expect(server.asked).toHaveLength(1);
});

test.each([500, 502, 503, 504])('the status %i is borne with for a while', async (status) => {
  const { server, answer } = await ask(3, [status, {}]);
  expect(answer).toMatchObject({ kind: 'answered' });
  expect(server.asked).toHaveLength(4);
});

test('and no longer', async () => {
  const { server, answer } = await ask(4, [503, {}]);
  expect(answer).toEqual({
    kind: 'refused',
    status: 503,
    reason: '503 Service Unavailable, 4 times; try again later',
  });
  expect(server.asked).toHaveLength(4);
});

test('other refusals are final', async () => {
  const { server, answer } = await ask(1, [404, {}]);
  expect(answer).toMatchObject({ kind: 'refused', status: 404 });
  expect(server.asked).toHaveLength(1);
});

test('an interrupt ends a wait', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const progress = (): void => controller.abort(new Error('interrupted'));
  await expect(ask(1, [429, { 'retry-after': '30' }], { signal, progress })).rejects.toMatchObject({
    name: 'AbortError',
  });
});
