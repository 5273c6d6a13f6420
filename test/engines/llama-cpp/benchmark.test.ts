import { expect, test } from 'vitest';
import { NEVER, openTiny } from './tiny-session.ts';

const SHAPE = { sequences: 2, promptTokens: 24, newTokens: 40, signal: NEVER };

test('an end token ends no timed sequence', async () => {
  // With this scale the model says its end token within a few tokens.
  const session = await openTiny({ model: { controlScale: 4 } });
  const { decodeMs } = await session.benchmark(SHAPE);
  expect(decodeMs).toBeGreaterThan(0);
});

test('prompts longer than a batch are timed', async () => {
  const session = await openTiny({ settings: { batchSize: 32 } });
  expect(await session.benchmark({ ...SHAPE, promptTokens: 100 })).toMatchObject({
    contextSize: 140,
  });
});

test('lengths that exceed the context are refused, and the session lives', async () => {
  const session = await openTiny();
  await expect(session.benchmark({ ...SHAPE, contextSize: 63 })).rejects.toMatchObject({
    name: 'EvalkitError',
    kind: 'usage',
    message: expect.stringMatching(/^24 prompt tokens and 40 new ones exceed .* 63 tokens/),
  });
  expect(await session.benchmark({ ...SHAPE, contextSize: 64 })).toMatchObject({ contextSize: 64 });
});
