import { expect, test } from 'vitest';
import type { GenerationRequest } from '../../../../src/engines/generation.ts';
import { generateAll, openTiny, requestFor } from '../tiny-session.ts';

/** Samples of each prompt, each with a seed of its own. */
function samples(prompts: readonly string[], count: number): GenerationRequest[] {
  const decode = { mode: 'sample', temperature: 1, topP: 0.95, topK: 0, samples: count } as const;
  return prompts.flatMap((prompt) =>
    Array.from({ length: count }, (_, seed) =>
      requestFor(prompt, { id: `${prompt}#${seed}`, decode, seed }),
    ),
  );
}

const PROMPTS = ['def add(a, b):\n', 'class Point:\n'];

test('samples repeat in another process, and differ from each other', async () => {
  const first = await generateAll(await openTiny(), samples(PROMPTS, 3));
  expect(await generateAll(await openTiny(), samples(PROMPTS, 3))).toEqual(first);
  expect(new Set(first.map(({ text }) => text)).size).toBe(6);
});

test('alone, a sample does not depend on those before it', async () => {
  const session = await openTiny();
  const requests = samples(PROMPTS, 3);
  const all = await generateAll(session, requests);
  for (const request of [requests[2], requests[4]]) {
    const alone = await generateAll(session, request === undefined ? [] : [request]);
    expect(alone).toEqual(all.filter(({ id }) => id === request?.id));
  }
});

test('several at once each sample is answered once, and they repeat', async () => {
  const requests = samples(PROMPTS, 9);
  const session = await openTiny({ open: { parallel: 2 } });
  const first = await generateAll(session, requests);
  expect(first.map(({ id }) => id).toSorted()).toEqual(requests.map(({ id }) => id).toSorted());
  expect(await generateAll(session, requests)).toEqual(first);
});

test("a prompt's state is computed once for its samples", async () => {
  const session = await openTiny();
  const prompts: number[] = [];
  await generateAll(session, samples(['def add(one, other):\n'], 4), {
    onPass: ({ promptTokens }) => promptTokens > 0 && prompts.push(promptTokens),
  });
  expect(prompts).toHaveLength(1);
});

test('a seed that stands for chance is refused', async () => {
  const session = await openTiny();
  const [request] = samples(['def'], 1);
  const drawn = request === undefined ? [] : [{ ...request, seed: 2 ** 32 - 1 }];
  await expect(generateAll(session, drawn)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringMatching(/^def#0: seed 4294967295 /),
  });
});
