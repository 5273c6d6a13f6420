import { expect, onTestFinished, test } from 'vitest';
import { startModelServer } from '../../fixtures/model-server.ts';
import { describeEngineContract } from '../contract.ts';
import { generated, openHttp, openWith, rawRequest } from './http-session.ts';

const server = await startModelServer();

describeEngineContract("openai-http, by OpenAI's protocol", {
  capabilities: new Set(['timing', 'throughput']),
  open: async (parallel) => (await openHttp(server.url, { parallel })).session,
  request: rawRequest,
});

test('every field that decides what is drawn is sent, and four stops at most', async () => {
  const opened = await openWith({});
  await generated(opened, [rawRequest('a')]);
  const { body } = opened.server.asked.findLast(({ body: { stream } }) => stream === true) ?? {};
  expect(body).toEqual({
    model: 'tiny',
    prompt: 'def a():\n',
    max_tokens: 32,
    temperature: 0,
    top_p: 1,
    top_k: 0,
    min_p: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    repetition_penalty: 1,
    seed: 0,
    stop: ['\ndef ', '\nclass ', '\n#', '\nif '],
    stream: true,
    stream_options: { include_usage: true },
  });
});

test('drawing sends its own settings, and each sample its seed', async () => {
  const opened = await openWith({});
  const decode = { mode: 'sample', temperature: 0.8, topP: 0.95, topK: 40, samples: 2 } as const;
  const results = await generated(opened, [
    rawRequest('a', { decode, seed: 5 }),
    rawRequest('a#1', { decode, seed: 6 }),
  ]);
  expect(results.get('a')?.text).not.toBe(results.get('a#1')?.text);
  const { body } = opened.server.asked.findLast(({ body: { stream } }) => stream === true) ?? {};
  expect(body).toMatchObject({ temperature: 0.8, top_p: 0.95, top_k: 40, seed: 6 });
});

test('all stop sequences end a completion, those too that are not sent', async () => {
  const opened = await openWith({ pieces: () => ['    return 1\npri', 'nt(2)\nx'] });
  const result = (await generated(opened, [rawRequest('a')])).get('a');
  expect(result).toMatchObject({ text: '    return 1', stopReason: 'stop-sequence' });
});

test('a field that the server refuses by name is left out, and is said to be', async () => {
  const opened = await openWith({
    fault: ({ body }, response) => {
      const foreign = ['top_k', 'min_p'].find((name) => name in body);
      if (foreign !== undefined) {
        response.writeHead(422).end(JSON.stringify({ detail: `Unexpected field: ${foreign}` }));
      }
      return foreign !== undefined;
    },
  });
  expect(opened.served.identity.versions['refuses the fields']).toBe('min_p, top_k');
  const { body } = opened.server.asked.findLast(({ body: { stream } }) => stream === true) ?? {};
  expect(body).not.toHaveProperty('top_k');
  expect(body).toHaveProperty('repetition_penalty');
});

test('a cap of another name is found', async () => {
  const opened = await openWith({
    fault: ({ body }, response) => {
      const isOld = 'max_tokens' in body;
      if (isOld) {
        response
          .writeHead(400)
          .end("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
      }
      return isOld;
    },
  });
  await generated(opened, [rawRequest('a', { maxTokens: 2 })]);
  const { body } = opened.server.asked.findLast(({ body: { stream } }) => stream === true) ?? {};
  expect(body?.['max_completion_tokens']).toBe(2);
});

test('the samples of a task go to one server, and tasks to all', async () => {
  const others = [await startModelServer(), await startModelServer()];
  const [one, two] = others;
  onTestFinished(
    async () => void (await Promise.all(others.map((each) => each[Symbol.asyncDispose]()))),
  );
  const opened = await openHttp(`${one?.url},${two?.url}`, { parallel: 2 });
  const before = others.map(({ asked }) => asked.length);
  const ids = ['a', 'b', 'c', 'd', 'e', 'f'].flatMap((id) => [id, `${id}#1`]);
  const results = await generated(
    opened,
    ids.map((id) => rawRequest(id, { prompt: { kind: 'text', text: id.slice(0, 1) } })),
  );
  expect([...results.keys()].toSorted()).toEqual(ids.toSorted());
  const prompts = others.map(
    ({ asked }, index) =>
      new Set(asked.slice(before[index]).flatMap(({ body }) => body['prompt'] ?? [])),
  );
  expect(prompts.every((own) => own.size > 0)).toBe(true);
  expect([...(prompts[0] ?? [])].filter((prompt) => prompts[1]?.has(prompt))).toEqual([]);
});

const chat = (id: string) =>
  rawRequest(id, {
    prompt: { kind: 'chat', system: undefined, user: 'Write f.', answerPrefix: '' },
    stop: {
      kind: 'definition',
      open: false,
      thoughts: [['<think>', '</think>']],
      blank: '#.*',
      defines: 'def f',
    },
  });

test('a thought is kept apart from the answer', async () => {
  const opened = await openWith({
    reasoning: () => ['Let me ', 'think.'],
    pieces: () => ['def f(): pass'],
  });
  const result = (await generated(opened, [chat('a')])).get('a');
  expect(result).toMatchObject({
    text: 'def f(): pass',
    reasoning: 'Let me think.',
    stopReason: 'end-token',
  });
});

test('a thought that does not end counts as truncated, however the server calls it', async () => {
  const opened = await openWith({ reasoning: () => ['Let me ', 'think.'], pieces: () => [] });
  const result = (await generated(opened, [chat('a')])).get('a');
  expect(result).toMatchObject({ text: '', reasoning: 'Let me think.', stopReason: 'max-tokens' });
});

test('a server of half a character at a time keeps characters whole', async () => {
  const opened = await openWith({ pieces: () => ['    return "\ud83d', '\ude00"\n'] });
  expect((await generated(opened, [rawRequest('a')])).get('a')?.text).toBe('    return "😀"\n');
});

test('a server that lists a model only once it has loaded it has not changed', async () => {
  const listed: Record<string, unknown> = {};
  const opened = await openWith({
    entry: listed,
    fault: ({ number }) => {
      if (number >= 0) {
        listed['root'] = '/models/tiny';
      }
      return false;
    },
  });
  expect((await generated(opened, [rawRequest('a')])).size).toBe(1);
});
