import { expect, test } from 'vitest';
import type { GenerationRequest } from '../../../../src/engines/generation.ts';
import type { LlamaCppSession } from '../../../../src/engines/llama-cpp/process/session.ts';
import type { WindowScores } from '../../../../src/engines/scoring.ts';
import type { DecodeOf } from '../../../../src/records/decode.ts';
import { generateAll, NEVER, openTiny, requestFor, type TinyOptions } from '../tiny-session.ts';

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

const DRAWS = 2000;
const PROMPT = 'def add(a, b):\n';
type Cuts = Pick<DecodeOf<'sample'>, 'topK' | 'topP' | 'temperature'>;
const UNCUT: Cuts = { temperature: 1, topP: 1, topK: 0 };

test('first tokens come as often as the probabilities that are left say', async () => {
  const session = await openTiny();
  const whole = await distribution(session);
  const cuts = [
    {},
    { topK: 20 },
    { topP: 0.3 },
    { topP: 0.3, temperature: 0.5 },
    { topK: 40, topP: 0.5, temperature: 0.5 },
  ].map((cut) => ({ ...UNCUT, ...cut }));
  for (const cut of cuts) {
    const requests = samples([PROMPT], DRAWS).map((request) => ({
      ...request,
      maxTokens: 1,
      decode: { mode: 'sample', samples: DRAWS, ...cut } as const,
    }));
    const drawn = (await generateAll(session, requests)).map(({ tokens }) => tokens?.[0]);
    const squares = left(whole, cut).map(([token, share]) => {
      const seen = drawn.filter((one) => one === token).length;
      return (seen - share * DRAWS) ** 2 / (share * DRAWS);
    });
    const [sum, degrees] = [squares.reduce((total, one) => total + one, 0), squares.length - 1];
    // Five standard deviations of a chi-square: the seeds are fixed, so it holds or does not for good.
    expect(Math.abs(sum - degrees)).toBeLessThan(5 * Math.sqrt(2 * degrees));
  }
});

/** Log-probabilities of all tokens that end nothing, the likeliest first. */
async function distribution(
  session: LlamaCppSession,
): Promise<readonly (readonly [token: number, logProb: number])[]> {
  const [text] = await session.tokens.tokenize([PROMPT]);
  const tokens = [...(text?.tokens ?? []), 0];
  const scores: WindowScores[] = [];
  await session.scoring.score({
    windows: [{ id: 'all', tokens, scoreFrom: tokens.length - 1 }],
    top: 10_000,
    onResult: (score) => scores.push(score),
    signal: NEVER,
  });
  const { ids, logProbs } = scores[0]?.distributions ?? { ids: [], logProbs: [] };
  return (ids[0] ?? [])
    .map((id, index) => [id, logProbs[0]?.[index] ?? 0] as const)
    .toSorted(([, one], [, other]) => other - one);
}

/** As llama.cpp filters: top-k, then top-p of what is left, then the temperature. */
function left(
  whole: Awaited<ReturnType<typeof distribution>>,
  { topK, topP, temperature }: Cuts,
): readonly (readonly [token: number, share: number])[] {
  const likeliest = topK === 0 ? whole : whole.slice(0, topK);
  const total = likeliest.reduce((sum, [, logProb]) => sum + Math.exp(logProb), 0);
  let before = 0;
  const kept = likeliest.filter(([, logProb]) => {
    const stays = before < topP;
    before += Math.exp(logProb) / total;
    return stays;
  });
  const weights = kept.map(([token, logProb]) => [token, Math.exp(logProb / temperature)] as const);
  const sum = weights.reduce((all, [, weight]) => all + weight, 0);
  return weights.map(([token, weight]) => [token, weight / sum]);
}

test('the same weights draw the same tokens, whatever runs beside, and near ones many of them', async () => {
  const requests = samples(PROMPTS, 20);
  const texts = async (model: TinyOptions['model'], parallel: number): Promise<string[]> => {
    const session = await openTiny({
      open: { parallel },
      ...(model === undefined ? {} : { model }),
    });
    const results = await generateAll(session, requests);
    return results.toSorted((a, b) => a.id.localeCompare(b.id)).map(({ text }) => text);
  };
  const [one, twin, near] = [
    await texts({ type: 'f32' }, 1),
    await texts({ type: 'f32' }, 4),
    await texts({ type: 'f16' }, 4),
  ];
  const equal = (others: readonly string[]): number =>
    one.filter((text, index) => text === others[index]).length;
  expect(equal(twin)).toBeGreaterThan(36);
  expect(equal(near)).toBeGreaterThan(30);
});
