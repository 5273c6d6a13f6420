import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { EngineFailure } from '../../../src/engines/engine.ts';
import { type Asked, type Fault, sendJson } from '../../fixtures/model-server.ts';
import { generated, openWith, rawRequest } from './http-session.ts';

/** A fault that begins when the run does, behind the probe, and hits so many requests. */
function faulty(times: number, act: (response: ServerResponse, asked: Asked) => void) {
  const state = { isOn: false, hits: 0 };
  const fault: Fault = (asked, response) => {
    if (!state.isOn || asked.number < 0 || state.hits >= times) {
      return false;
    }
    state.hits += 1;
    act(response, asked);
    return true;
  };
  return { state, fault };
}

const EVENTS = { 'content-type': 'text/event-stream' };

const event = (text: string, finish: string | null = null): string =>
  `data: ${JSON.stringify({ model: 'tiny', choices: [{ index: 0, text, finish_reason: finish }] })}\n\n`;

/** What a server may do instead of answering, and how a failure that stays reads. */
const FAULTS: Readonly<Record<string, readonly [(response: ServerResponse) => void, RegExp]>> = {
  'cuts the stream off': [
    (response) => {
      response.writeHead(200, EVENTS).write(event('    ret'));
      setTimeout(() => response.destroy(), 20);
    },
    /broke the connection|cut the answer off/,
  ],
  'ends the stream before the completion ends': [
    (response) => response.writeHead(200, EVENTS).end(event('    ret')),
    /ended an answer before the completion's end/,
  ],
  'sends half an event': [
    (response) => response.writeHead(200, EVENTS).end('data: {"choices":[{"text":"    re'),
    /not JSON/,
  ],
  'resets the connection': [
    (response) => response.socket?.resetAndDestroy(),
    /broke the connection: ECONNRESET/,
  ],
  stalls: [
    (response) => response.writeHead(200, EVENTS).write(event('    ret')),
    /sent nothing for 1 s/,
  ],
  'says nothing at all': [() => undefined, /sent nothing for 1 s/],
  'is busy': [
    (response) =>
      response.writeHead(429, { 'retry-after': '0' }).end('{"error":{"message":"slow down"}}'),
    /answers 429 to \/v1\/completions: slow down/,
  ],
  fails: [
    (response) => response.writeHead(500).end('{"error":"out of luck"}'),
    /answers 500 to \/v1\/completions: out of luck/,
  ],
  'is overloaded behind a proxy with a status of its own': [
    (response) => response.writeHead(529).end('overloaded'),
    /answers 529 to \/v1\/completions: overloaded/,
  ],
  'sends a page of HTML with status 200': [
    (response) =>
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html><body>Welcome to nginx</body></html>'),
    /not JSON: Welcome to nginx/,
  ],
  'sends a page of HTML with status 502': [
    (response) =>
      response
        .writeHead(502, { 'content-type': 'text/html' })
        .end('<html><style>x</style>Bad gateway</html>'),
    /answers 502 to \/v1\/completions: Bad gateway/,
  ],
  'sends JSON of another form': [
    (response) => sendJson(response, { choices: [{ text: 7 }] }),
    /another form than its protocol's/,
  ],
  'sends an event without choices': [
    (response) => response.writeHead(200, EVENTS).end('data: {"ok":true}\n\n'),
    /without choices/,
  ],
  'sends bytes that are not UTF-8': [
    (response) => {
      response.writeHead(200, EVENTS).write('data: {"choices":[{"text":"');
      response.end(Buffer.from([0xc3, 0x28, 0xff, 0x22]));
    },
    /bytes that are not UTF-8/,
  ],
  'reports an error in the stream': [
    (response) =>
      response
        .writeHead(200, EVENTS)
        .end(`${event('    ret')}data: {"error":{"message":"CUDA out of memory"}}\n\n`),
    /reports an error: CUDA out of memory/,
  ],
  'ends for a reason of its own': [
    (response) => response.writeHead(200, EVENTS).end(event('    ret', 'abort')),
    /another reason than a model's: abort/,
  ],
};

describe.each(Object.entries(FAULTS))('a server that %s', (_name, [act, words]) => {
  test('once is asked again, and the completion is whole', async () => {
    const { state, fault } = faulty(1, act);
    const opened = await openWith({ fault });
    const right = await generated(opened, [rawRequest('a')]);
    state.isOn = true;
    expect(await generated(opened, [rawRequest('a')])).toEqual(right);
    expect(state.hits).toBe(1);
  });

  test('for good fails the engine, and leaves no completion', async () => {
    const { state, fault } = faulty(Infinity, act);
    const opened = await openWith({ fault });
    state.isOn = true;
    const results: string[] = [];
    const failure = opened.session.generate({
      requests: [rawRequest('a')],
      contextSize: undefined,
      onResult: ({ id }) => results.push(id),
      signal: new AbortController().signal,
    });
    await expect(failure).rejects.toThrow(EngineFailure);
    await expect(failure).rejects.toThrow(words);
    expect(results).toEqual([]);
  });
});

test.each([
  ['content_filter', /content_filter/],
  ['tool_calls', /tool_calls/],
])('a completion that ends by %s is none, and is not asked for again', async (reason, words) => {
  const { state, fault } = faulty(Infinity, (response) =>
    response.writeHead(200, EVENTS).end(event('    ret', reason)),
  );
  const opened = await openWith({ fault });
  state.isOn = true;
  await expect(generated(opened, [rawRequest('a')])).rejects.toThrow(words);
  expect(state.hits).toBe(1);
});

test('ten megabytes of text are given up long before their end', async () => {
  const { state, fault } = faulty(Infinity, (response) => {
    response.writeHead(200, EVENTS);
    for (let sent = 0; sent < 100; sent += 1) {
      response.write(event('x'.repeat(100_000)));
    }
    response.end(event('', 'stop'));
  });
  const opened = await openWith({ fault });
  state.isOn = true;
  await expect(generated(opened, [rawRequest('a')])).rejects.toThrow(
    /more than \d+ characters where 32 tokens at most were asked for/,
  );
});

test('a server that ignores the token cap is not believed', async () => {
  const opened = await openWith({});
  Object.assign(opened.server.options, {
    fault: ((_asked, response) => {
      const usage = { prompt_tokens: 7, completion_tokens: 99 };
      sendJson(response, { choices: [{ text: ' x', finish_reason: 'stop' }], usage });
      return true;
    }) satisfies Fault,
  });
  Object.assign(opened.server.options, {
    fault: withoutLists(opened.server.options.fault),
  });
  await expect(generated(opened, [rawRequest('a')])).rejects.toThrow(
    /made 99 tokens where 32 at most were asked for/,
  );
});

/** The fault for completions alone: the server can still be asked what it is. */
function withoutLists(fault: Fault | undefined): Fault {
  return (asked, response) => asked.number >= 0 && fault?.(asked, response) === true;
}

test('without usage completions have no counts, and times are not taken', async () => {
  const { served, session } = await openWith({ usage: false });
  expect(served.capabilities.has('timing')).toBe(false);
  expect(served.lacks.timing).toMatch(/does not count the tokens/);
  const stats = await session.generate({
    requests: [rawRequest('a')],
    contextSize: undefined,
    onResult: () => undefined,
    signal: new AbortController().signal,
  });
  expect(stats.newTokens).toBeUndefined();
});

test('a model that changes during the run ends it, and what was made meanwhile is not kept', async () => {
  const opened = await openWith({});
  expect((await generated(opened, [rawRequest('a')])).size).toBe(1);
  Object.assign(opened.server.options, { models: ['other'] });
  const results: string[] = [];
  await expect(
    opened.session.generate({
      requests: [rawRequest('a')],
      contextSize: undefined,
      onResult: ({ id }) => results.push(id),
      signal: new AbortController().signal,
    }),
  ).rejects.toThrow(
    /held tiny by openai unknown and now holds something else.*changed during the run/,
  );
  expect(results).toEqual([]);
});

test('the same name with other properties is another model', async () => {
  const opened = await openWith({ entry: { root: 'a.gguf' } });
  Object.assign(opened.server.options, { entry: { root: 'b.gguf' } });
  await expect(generated(opened, [rawRequest('a')])).rejects.toThrow(/with other properties/);
});

test('an answer that names another model ends the run', async () => {
  const { state, fault } = faulty(Infinity, (response) =>
    sendJson(response, { model: 'other', choices: [{ text: ' x', finish_reason: 'stop' }] }),
  );
  const opened = await openWith({ fault });
  state.isOn = true;
  await expect(generated(opened, [rawRequest('a')])).rejects.toThrow(
    /answers as other, and before as tiny/,
  );
});

test('pieces of several tokens are no tokens: times go by the count of the server', async () => {
  const { session } = await openWith({});
  const request = rawRequest('a');
  const { signal } = new AbortController();
  const timed = await session.timing?.time({ request, contextSize: undefined, signal });
  expect(timed?.newTokens).toBe(3);
  expect(timed?.promptTokens).toBe(7);
});

test('tokens that all come in one piece cannot be timed', async () => {
  const opened = await openWith({});
  Object.assign(opened.server.options, {
    fault: withoutLists((_asked, response) => {
      const usage = { prompt_tokens: 7, completion_tokens: 5 };
      response
        .writeHead(200, EVENTS)
        .end(
          `${event(' return 1')}${event('', 'stop')}data: ${JSON.stringify({ choices: [], usage })}\n\n`,
        );
      return true;
    }),
  });
  const { signal } = new AbortController();
  await expect(
    opened.session.timing?.time({ request: rawRequest('a'), contextSize: undefined, signal }),
  ).rejects.toThrow(/sent all 5 tokens of a at once/);
});

test('the wait that the server asks for is kept', async () => {
  const at: number[] = [];
  const { state, fault } = faulty(1, (response) => {
    at.push(performance.now());
    response.writeHead(503, { 'retry-after': '1' }).end('loading');
  });
  const opened = await openWith({
    fault: (asked, response) => {
      if (state.isOn && asked.number >= 0) {
        at.push(performance.now());
      }
      return fault(asked, response);
    },
  });
  state.isOn = true;
  expect((await generated(opened, [rawRequest('a')])).size).toBe(1);
  expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(995);
  expect(opened.notes.join()).toMatch(
    /answers 503 to \/v1\/completions: loading; asking again in 1s/,
  );
});

test.each([429, 500, 503])(
  'a server that answers %i and names a wait without an end is given up',
  async (status) => {
    const { state, fault } = faulty(Infinity, (response) =>
      response.writeHead(status, { 'retry-after': '86400' }).end('later'),
    );
    const opened = await openWith({ fault });
    state.isOn = true;
    await expect(generated(opened, [rawRequest('a')])).rejects.toThrow(`answers ${status}`);
    expect(state.hits).toBe(1);
  },
);

test('a server that names no wait at all is not asked again at once', async () => {
  const { state, fault } = faulty(2, (response) =>
    response.writeHead(429, { 'retry-after': '0' }).end('slow down'),
  );
  const opened = await openWith({ fault });
  state.isOn = true;
  await generated(opened, [rawRequest('a')]);
  expect(opened.notes).toEqual([
    expect.stringContaining('asking again in 5ms'),
    expect.stringContaining('asking again in 5ms'),
  ]);
});

test('an interrupted run cancels what it asked for', async () => {
  const { state, fault } = faulty(Infinity, (response) =>
    response.writeHead(200, EVENTS).write(event('    ret')),
  );
  const opened = await openWith({ fault });
  state.isOn = true;
  const controller = new AbortController();
  const reason = new Error('enough');
  const run = generated(opened, [rawRequest('a')], controller.signal);
  await expect.poll(() => state.hits).toBe(1);
  controller.abort(reason);
  await expect(run).rejects.toBe(reason);
  await expect.poll(() => opened.server.cancelled()).toBe(1);
});
