import { expect, test } from 'vitest';
import { NEVER, openTiny } from '../tiny-session.ts';

const SHAPE = { sequences: 2, promptTokens: 24, newTokens: 40, signal: NEVER };

test('an end token ends no timed sequence', async () => {
  // With this scale the model says its end token within a few tokens.
  const session = await openTiny({ model: { controlScale: 4 } });
  const { decodeMs } = await session.benchmark.run(SHAPE);
  expect(decodeMs).toBeGreaterThan(0);
});

test('prompts longer than a batch are timed', async () => {
  const session = await openTiny({ settings: { batchSize: 32 } });
  expect(await session.benchmark.run({ ...SHAPE, promptTokens: 100 })).toMatchObject({
    contextSize: 140,
  });
});

test('a prompt is read in place of made-up tokens', async () => {
  const session = await openTiny();
  const prompt = { kind: 'text', text: 'def add(one, other):\n' } as const;
  const promptTokens = (await session.tokens.encode([prompt])).flat().length;
  const { decodeMs } = await session.benchmark.run({ ...SHAPE, prompt, promptTokens });
  expect(decodeMs).toBeGreaterThan(0);
  await expect(
    session.benchmark.run({ ...SHAPE, prompt, promptTokens: promptTokens + 1 }),
  ).rejects.toThrow(`the prompt has ${promptTokens} tokens, not ${promptTokens + 1}`);
});

test('lengths that fill the context to its last place are timed', async () => {
  const session = await openTiny();
  const result = await session.benchmark.run({ ...SHAPE, promptTokens: 256 - SHAPE.newTokens });
  expect(result.contextSize).toBe(256);
});

test('the need that is told follows from the shape', async () => {
  const session = await openTiny();
  const { memory, peakRssBytes } = await session.benchmark.run({ ...SHAPE, sequences: 4 });
  // 256 places of 4 sequences, 2 layers with 2 heads of 64 for keys and values, 2 bytes each.
  expect(memory?.cacheBytes).toBe(4 * 256 * 2 * 2 * 64 * 2 * 2);
  expect(memory?.weightBytes).toBeGreaterThan(1_500_000);
  expect(peakRssBytes).toBeGreaterThan(memory?.weightBytes ?? Infinity);
});

test('lengths that exceed the context are refused, and the session lives', async () => {
  const session = await openTiny();
  await expect(session.benchmark.run({ ...SHAPE, contextSize: 63 })).rejects.toMatchObject({
    name: 'EvalkitError',
    kind: 'usage',
    message: expect.stringMatching(/^24 prompt tokens and 40 new ones exceed .* 63 tokens/),
  });
  expect(await session.benchmark.run({ ...SHAPE, contextSize: 64 })).toMatchObject({
    contextSize: 64,
  });
});
