import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { llamaCpp } from '../../../src/engines/llama-cpp/definition.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { describeEngineContract } from '../contract.ts';
import { generateAll, openTiny, requestFor } from './tiny-session.ts';

describeEngineContract('llama-cpp', {
  capabilities: llamaCpp.capabilities,
  open: (parallel) => openTiny({ open: { parallel } }),
  request: (id) => requestFor(`def ${id.repeat(20)}():\n`, { id }),
});

const PROMPTS = ['def add(a, b):\n', 'def fib(n):\n    ', 'class Point:\n', 'import os\n'];

test('alone, an answer does not depend on which came before it', async () => {
  const session = await openTiny();
  const all = await generateAll(
    session,
    PROMPTS.map((prompt) => requestFor(prompt)),
  );
  const fewer = PROMPTS.filter((_, index) => index !== 1).map((prompt) => requestFor(prompt));
  const expected = all.filter((_, index) => index !== 1);
  expect(await generateAll(session, fewer)).toEqual(expected);
});

test('alone, answers come in the order of the requests', async () => {
  const session = await openTiny();
  const results = await generateAll(
    session,
    PROMPTS.map((prompt) => requestFor(prompt)),
  );
  expect(results.map(({ id }) => id)).toEqual(PROMPTS);
});

test('another process gives the same answers', async () => {
  const requests = PROMPTS.map((prompt) => requestFor(prompt));
  const open = { parallel: 3 };
  const first = await generateAll(await openTiny({ open }), requests);
  expect(await generateAll(await openTiny({ open }), requests)).toEqual(first);
});

test('an answer ends at its stop sequence and without it', async () => {
  const session = await openTiny();
  const [whole] = await generateAll(session, [requestFor('def f():\n')]);
  const text = whole?.text ?? '';
  const sequence = text.slice(7, 10);
  const [stopped] = await generateAll(session, [
    requestFor('def f():\n', { stop: { kind: 'sequences', sequences: ['never', sequence] } }),
  ]);
  expect(whole?.stopReason).toBe('max-tokens');
  expect(whole?.tokens).toHaveLength(40);
  expect(stopped?.stopReason).toBe('stop-sequence');
  expect(stopped?.text).toBe(text.slice(0, text.indexOf(sequence)));
});

test("the model's end token ends an answer and is none of its tokens", async () => {
  const session = await openTiny({ model: { controlScale: 4 } });
  const results = await generateAll(
    session,
    PROMPTS.map((prompt) => requestFor(prompt)),
  );
  const ended = results.filter(({ stopReason }) => stopReason === 'end-token');
  expect(ended.length).toBeGreaterThan(0);
  for (const { tokens = [] } of ended) {
    expect(tokens.length).toBeLessThan(40);
    expect(tokens).not.toContain(END_TOKEN);
  }
});

/** `<|im_end|>` of the tiny vocabulary: after 256 bytes, 11 merges and two control tokens. */
const END_TOKEN = 269;

test.each(['qwen2', 'starcoder'] as const)(
  'with a vocabulary like that of %s a prompt comes back exactly from its tokens',
  async (vocabulary) => {
    const session = await openTiny({ model: { vocabulary } });
    const prompt = "def f(c, d):\n    return c == ' ' and d != ' ' , 'ü' . x ?\n";
    const [result] = await generateAll(session, [requestFor(prompt)]);
    expect(result?.renderedSha256).toBe(sha256Text(prompt));
  },
);

test('a prompt that does not fit is refused before anything is generated, and the session lives', async () => {
  const session = await openTiny();
  const long = requestFor('x'.repeat(500), { id: 'Test/7' });
  await expect(generateAll(session, [requestFor('def'), long])).rejects.toMatchObject({
    name: 'EvalkitError',
    kind: 'usage',
    message: expect.stringMatching(/^Test\/7: .* 500 tokens.*--max-tokens 40 .*context of 512/),
  });
  const fitting = requestFor('x'.repeat(512 - 40));
  expect(await generateAll(session, [fitting])).toHaveLength(1);
});

test('an empty prompt is refused', async () => {
  const session = await openTiny();
  await expect(generateAll(session, [requestFor('')])).rejects.toThrow(/the prompt is empty/);
});

test("another llama.cpp's libraries on the library path do no harm", async () => {
  const folder = temporaryFolder();
  for (const name of ['libllama.v0.5.0.so', 'libggml.v0.5.0.so', 'libggml-base.so']) {
    writeFileSync(join(folder, name), 'no library');
  }
  const env = { ...process.env, LD_LIBRARY_PATH: folder };
  const session = await openTiny({ engine: { env } });
  expect(await generateAll(session, [requestFor('def')])).toHaveLength(1);
});

test('a session tells how it computes', async () => {
  const session = await openTiny({ model: { contextLength: 1024, chatTemplate: undefined } });
  expect(session.info).toMatchObject({
    process: {
      threads: 1,
      threadsChosenBy: 'option',
      backend: 'cpu',
      systemInfo: expect.stringMatching(/^CPU/),
    },
    trainContextSize: 1024,
    hasChatTemplate: false,
  });
});

test('without an option the thread count comes from the rule and a probe', async () => {
  const session = await openTiny({ open: { threads: undefined } });
  expect(session.info.process.threadsChosenBy).toMatch(/^(?:rule|probe)/);
  expect(session.info.process.threads).toBeGreaterThan(0);
});

test('loading is reported up to its end', async () => {
  const shares: number[] = [];
  await openTiny({ open: { onLoadProgress: (share) => shares.push(share) } });
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
});
