import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ScoreWindow, TokenizedText } from '../../../src/engines/scoring.ts';
import { createLlamaCppEngine } from '../../../src/engines/llama-cpp/engine.ts';
import { type Asked, sendJson, startModelServer } from '../../fixtures/model-server.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';
import { of } from '../contract.ts';
import { SETTINGS } from '../llama-cpp/tiny-session.ts';
import { describeScoringContract, scoreAll, windowOf } from '../scoring-contract.ts';
import { openHttp, rawRequest } from './http-session.ts';

/*
 * No vLLM runs on a small machine, so one is played: its protocol, with the probabilities of a tiny model
 * that our own engine computes. What is asked for and read must come to the same scores.
 */

const folder = mkdtempSync(join(tmpdir(), 'evalkit-test-'));
const model = join(folder, 'tiny.gguf');
await makeTinyGguf(model);
const { signal } = new AbortController();
const own = await createLlamaCppEngine({ env: process.env }).open({
  modelPath: model,
  threads: 1,
  parallel: 1,
  settings: SETTINGS,
  signal,
});

/** One thing at a time, as a session asks for. */
let before: Promise<unknown> = Promise.resolve();
function inTurn<T>(act: () => Promise<T>): Promise<T> {
  const turn = before.then(act, act);
  before = turn;
  return turn;
}

/** GPT-2's characters for bytes. */
const PRINTABLE = /[!-~\u{a1}-\u{ac}\u{ae}-\u{ff}]/u;
const CHARACTERS = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const itself = String.fromCodePoint(byte);
    return PRINTABLE.test(itself) ? itself : String.fromCodePoint(next++);
  });
})();

async function tokenize({ body }: Asked): Promise<unknown> {
  const text = String(body['prompt']);
  const [found] = await inTurn(() => own.tokens.tokenize([text]));
  const { tokens, bytes } = found as TokenizedText;
  const all = [...Buffer.from(text)];
  const strings = bytes.map((count) =>
    all
      .splice(0, count)
      .map((byte) => CHARACTERS[byte])
      .join(''),
  );
  return {
    tokens,
    token_strs: body['return_token_strs'] === true ? strings : null,
    count: tokens.length,
  };
}

async function score(tokens: number[], top: number): Promise<unknown> {
  const window: ScoreWindow = { id: 'x', tokens, scoreFrom: 1 };
  const [scores] = await inTurn(() => scoreAll(own, [window], top));
  const places = tokens.slice(1).map((token, index) => {
    const ids = scores?.distributions?.ids[index] ?? [];
    const likeliest = ids.map((id, place) => [
      id,
      { logprob: scores?.distributions?.logProbs[index]?.[place], rank: place + 1 },
    ]);
    return Object.fromEntries([
      ...likeliest,
      [token, { logprob: scores?.logProbs[index], rank: 9 }],
    ]) as unknown;
  });
  const choice = {
    index: 0,
    text: 'x',
    finish_reason: 'length',
    prompt_logprobs: [null, ...places],
  };
  return {
    model: 'tiny',
    choices: [choice],
    usage: { prompt_tokens: tokens.length, completion_tokens: 1 },
  };
}

function answer(promise: Promise<unknown>, response: ServerResponse): true {
  void promise.then((body) => sendJson(response, body));
  return true;
}

const server = await startModelServer({
  entry: { owned_by: 'vllm', root: '/models/tiny', max_model_len: 2_048 },
  paths: { '/version': { version: '0.32.0' } },
  fault: (asked, response) => {
    const { prompt, prompt_logprobs: top } = asked.body;
    if (asked.path === '/tokenize' && typeof prompt === 'string') {
      return answer(tokenize(asked), response);
    }
    return Array.isArray(prompt) && typeof top === 'number'
      ? answer(score(prompt as number[], top), response)
      : false;
  },
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await own[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const open = async () => (await openHttp(server.url, { tuning: {} })).session;

describeScoringContract('openai-http, by the protocol of vLLM', () => open());

test('vLLM is known by its own words, and its cache is kept out of times', async () => {
  const { served } = await openHttp(server.url, { tuning: {} });
  expect(served.text).toBe('served by vllm 0.32.0');
  expect(served.capabilities.has('tokens')).toBe(true);
  const session = await open();
  await of(session.timing).time({ request: rawRequest('a'), contextSize: undefined, signal });
  await of(session.timing).time({ request: rawRequest('a'), contextSize: undefined, signal });
  const salts = server.asked.slice(-6).flatMap(({ body }) => body['cache_salt'] ?? []);
  expect(new Set(salts).size).toBe(2);
  expect(server.asked.findLast(({ body }) => body['stream'] === true)?.body).toMatchObject({
    top_k: -1,
    return_token_ids: true,
  });
});

test('scores of a served model are those of our own engine on the same weights', async () => {
  const session = await open();
  const text = 'def add(a, b):\n    return a + b  # ä€\n';
  const window = await windowOf(session, text);
  expect(window).toEqual(await windowOf(own, text));
  const [theirs] = await scoreAll(session, [window], 3);
  const [ours] = await inTurn(() => scoreAll(own, [window], 3));
  expect(theirs?.logProbs).toEqual(ours?.logProbs);
  expect(theirs?.distributions?.logProbs).toEqual(ours?.distributions?.logProbs);
});

test('a token that the server leaves out has no probability, and that is said', async () => {
  const session = await open();
  const window = await windowOf(session);
  const follow = window.tokens.slice(1).map(() => [270]);
  await expect(scoreAll(session, [{ ...window, follow }])).rejects.toThrow(
    /does not tell how likely token 270 is/,
  );
});
