import { afterAll, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLlamaCppEngine } from '../../../src/engines/llama-cpp/engine.ts';
import { planSettings } from '../../../src/engines/llama-cpp/settings.ts';
import { startLlamaServer } from '../../fixtures/llama-server.ts';
import { CHATML_TEMPLATE, makeTinyGguf } from '../../fixtures/tiny-gguf.ts';
import { describeEngineContract } from '../contract.ts';
import { generated, openHttp, rawRequest } from './http-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'evalkit-test-'));
const model = join(folder, 'tiny.gguf');
await makeTinyGguf(model, { chatTemplate: CHATML_TEMPLATE, addBos: true });
const server = await startLlamaServer(model);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describeEngineContract("openai-http, llama.cpp's own server", {
  capabilities: new Set(['tokens', 'timing', 'throughput']),
  open: async (parallel) => (await openHttp(server.url, { parallel, tuning: {} })).session,
  request: (id) => rawRequest(id, { maxTokens: 16, stop: { kind: 'sequences', sequences: [] } }),
});

test('the server is known by its own words, and by what it did', async () => {
  const { served } = await openHttp(server.url, { tuning: {} });
  expect(served.kind).toBe('llama-server');
  expect(served.weights).toMatchObject({ kind: 'endpoint', name: 'tiny.gguf', url: server.url });
  expect(served.identity.versions).toMatchObject({
    does: 'raw prompts, chat, seeds, n, logprobs, usage in streams, streams, tokenizing',
    // It takes `echo` with status 200, and ignores it.
    'does not': 'logprobs of prompts, scores of texts',
    'prompt cache in timings': 'kept out by cache_prompt: false',
  });
});

test('it answers to any name, and is not believed', async () => {
  await expect(openHttp(`${server.url}#another`)).rejects.toThrow(
    /the server has no model another; it has tiny\.gguf/,
  );
});

test('greedy, token by token, is what our own llama.cpp generates of the same file', async () => {
  const [choice] = planSettings('completions', {});
  const engine = createLlamaCppEngine({ env: process.env });
  const { signal } = new AbortController();
  await using own = await engine.open({
    modelPath: model,
    threads: 1,
    parallel: 1,
    settings: choice?.settings ?? {},
    signal,
  });
  const requests = ['one', 'two', 'three', 'four', 'five', 'six'].map((id) => rawRequest(id));
  const ours = new Map<string, unknown>();
  await own.generate({
    requests,
    contextSize: 512,
    onResult: ({ id, text, tokens, promptTokens }) => ours.set(id, { text, tokens, promptTokens }),
    signal,
  });
  const theirs = await generated(await openHttp(server.url, { tuning: {} }), requests);
  const shown = [...theirs].map(([id, { text, tokens, promptTokens }]) => [
    id,
    { text, tokens, promptTokens },
  ]);
  expect(new Map(shown as [string, unknown][])).toEqual(ours);
});

test('at the cap the text is whole, though the server holds back what could begin a stop sequence', async () => {
  const { session } = await openHttp(server.url, { tuning: {} });
  const request = rawRequest('a', { maxTokens: 12, stop: { kind: 'sequences', sequences: [] } });
  const whole = (await generated({ session }, [request])).get('a');
  const end = whole?.text.slice(-2) ?? '';
  expect(end).not.toBe('');
  const stop = { kind: 'sequences' as const, sequences: [`${end}\u0001 never`] };
  const held = (await generated({ session }, [{ ...request, stop }])).get('a');
  expect(held?.text).toBe(whole?.text);
  expect(held?.stopReason).toBe('max-tokens');
});

test('in chat form the template is the server’s, and its tokens are counted', async () => {
  const { session } = await openHttp(server.url, { tuning: {} });
  const prompt = { kind: 'chat', system: 'Be brief.', user: 'Write f.', answerPrefix: '' } as const;
  const request = rawRequest('a', { prompt, maxTokens: 8 });
  const result = (await generated({ session }, [request])).get('a');
  expect(result?.promptTokens).toBe((await session.tokens?.encode([prompt]))?.[0]?.length);
});
