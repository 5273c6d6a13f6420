import { describe, expect, test } from 'vitest';
import type { EngineSession } from '../../../../src/engines/engine.ts';
import type {
  GenerationRequest,
  GenerationResult,
  ReferenceCompletion,
} from '../../../../src/engines/generation.ts';
import type { DraftCounts } from '../../../../src/records/draft-counts.ts';
import { of } from '../../contract.ts';
import { scoreAll } from '../../scoring-contract.ts';
import { generateAll, NEVER, openTiny, requestFor } from '../tiny-session.ts';

const PROMPTS = [
  'def add(one, other):\n',
  'def is_prime(number):\n    """Whether it is."""\n',
  'return ',
  'class Tree:\n    def __init__(self):\n',
  'x = [1, 2, 3]\nfor each in x:\n',
  'import math\n\n\ndef area(radius):\n',
  'a == b\n',
];

const REQUESTS = PROMPTS.map((prompt) => requestFor(prompt));

function byId(results: readonly GenerationResult[]): Map<string, GenerationResult> {
  return new Map(results.map((result) => [result.id, result]));
}

/**
 * Replays completions, in tests with weights of 32 bits, which round the same in passes of all shapes; gives
 * what came without what was checked for it, and the counts.
 */
async function replayAll(
  session: EngineSession,
  requests: readonly GenerationRequest[],
  references: ReadonlyMap<string, ReferenceCompletion>,
  contextSize = 512,
) {
  const results: GenerationResult[] = [];
  const passes: number[] = [];
  const stats = await of(session.replay).generate({
    requests,
    contextSize,
    references,
    onResult: (result) => results.push(result),
    onPass: ({ promptTokens, newTokens }) => passes.push(promptTokens + newTokens),
    signal: NEVER,
  });
  const counts: DraftCounts[] = [];
  const plain = results.map(({ replay, ...result }) => {
    counts.push(replay ?? expect.unreachable('a replay is counted'));
    return result;
  });
  return { plain: byId(plain), counts, passes: passes.length, stats };
}

/**
 * Sees that completions are the same, each up to a token that was as good as another one to the model: passes
 * of another shape round otherwise, and then either may come.
 */
async function expectSame(
  session: EngineSession,
  own: ReadonlyMap<string, GenerationResult>,
  plain: ReadonlyMap<string, GenerationResult>,
): Promise<void> {
  expect([...own.keys()].toSorted()).toEqual([...plain.keys()].toSorted());
  for (const [id, { tokens = [], ...one }] of own) {
    const { tokens: others = [], ...other } = plain.get(id) ?? expect.unreachable(id);
    const at = tokens.findIndex((token, index) => token !== others[index]);
    const choices = [tokens, others].flatMap((list) => list[at] ?? []);
    if (at === -1 || choices.length < 2) {
      expect({ ...one, tokens }).toEqual({ ...other, tokens: others });
    } else {
      const [prompt] = await of(session.tokens).tokenize([id]);
      const before = [...(prompt?.tokens ?? []), ...tokens.slice(0, at)];
      const window = { id, tokens: [...before, 0], scoreFrom: before.length, follow: [choices] };
      const [scores] = await scoreAll(session, [window]);
      const [first = 0, second = 1] = scores?.distributions?.logProbs[0] ?? [];
      expect(Math.abs(first - second)).toBeLessThan(0.01);
    }
  }
}

describe.each([1, 3, 7])('with %i at once', (parallel) => {
  const open = (model?: Parameters<typeof openTiny>[0]) =>
    openTiny({ ...model, open: { parallel } });

  test('what a model is given decides nothing: itself, a near one, a far one, another text', async () => {
    const session = await open({ model: { type: 'f32' } });
    const plain = byId(await generateAll(session, REQUESTS));
    const near = byId(await generateAll(await open({ model: { type: 'f16' } }), REQUESTS));
    const far = byId(await generateAll(await open({ model: { seed: 99 } }), REQUESTS));
    const shuffled = new Map(
      [...plain].map(([id], index) => {
        const other = [...plain.values()][(index + 1) % plain.size];
        return [id, other ?? expect.unreachable('there are several')] as const;
      }),
    );
    for (const references of [plain, near, far, shuffled, new Map()]) {
      await expectSame(session, (await replayAll(session, REQUESTS, references)).plain, plain);
    }
  });

  test('its own completions are read in few passes, most of their tokens at once', async () => {
    const session = await open({ model: { type: 'f32' } });
    const plain = byId(await generateAll(session, REQUESTS));
    const { counts, passes, stats } = await replayAll(session, REQUESTS, plain);
    const accepted = counts.reduce((sum, one) => sum + one.accepted, 0);
    expect(counts.every(({ drafted }) => drafted > 0)).toBe(true);
    expect(accepted).toBeGreaterThan(REQUESTS.length * 20);
    expect(passes).toBeLessThan(REQUESTS.length * 20);
    expect(stats.newTokens).toBe(REQUESTS.length * 40);
  });
});

test('completions end where plain ones do: at an end token, a stop, the cap', async () => {
  const session = await openTiny({
    model: { type: 'f32', controlScale: 4 },
    open: { parallel: 3 },
  });
  const ended = byId(await generateAll(session, REQUESTS));
  expect(new Set([...ended.values()].map(({ stopReason }) => stopReason))).toContain('end-token');
  const long = await openTiny({ model: { type: 'f32' }, open: { parallel: 3 } });
  const uncut = byId(await generateAll(long, REQUESTS));
  const cut = REQUESTS.map((request, index) => {
    const text = uncut.get(request.id)?.text ?? '';
    const stop = text.slice(10, 12);
    return index % 2 === 0
      ? requestFor(request.id, { stop: { kind: 'sequences', sequences: [stop] } })
      : requestFor(request.id, { maxTokens: index + 1 });
  });
  const plain = byId(await generateAll(long, cut));
  expect(new Set([...plain.values()].map(({ stopReason }) => stopReason))).toEqual(
    new Set(['stop-sequence', 'max-tokens']),
  );
  for (const references of [uncut, plain, ended]) {
    await expectSame(long, (await replayAll(long, cut, references)).plain, plain);
    await expectSame(session, (await replayAll(session, REQUESTS, references)).plain, ended);
  }
});

test('a context that is just large enough is, when some have ended long before others', async () => {
  const session = await openTiny({ model: { type: 'f32' }, open: { parallel: 7 } });
  const encoded = await session.tokens.encode(REQUESTS.map(({ prompt }) => prompt));
  const contextSize = 60;
  const filling = REQUESTS.map((request, index) => {
    const maxTokens = contextSize - (encoded[index]?.length ?? 0);
    return { ...request, maxTokens: index % 2 === 0 ? maxTokens : Math.ceil(maxTokens / 4) };
  });
  const plain = byId(await generateAll(session, filling, { contextSize }));
  for (const references of [plain, new Map()]) {
    const replayed = await replayAll(session, filling, references, contextSize);
    await expectSame(session, replayed.plain, plain);
  }
});

test('a reference of another vocabulary is read by its text', async () => {
  const session = await openTiny({ model: { type: 'f32' }, open: { parallel: 3 } });
  const plain = byId(await generateAll(session, REQUESTS));
  const foreign = new Map([...plain].map(([id, one]) => [id, { ...one, tokens: [1_000_000, 7] }]));
  const other = new Map([...plain].map(([id, one]) => [id, { ...one, tokens: [5, 6, 7] }]));
  for (const references of [foreign, other]) {
    const replayed = await replayAll(session, REQUESTS, references);
    await expectSame(session, replayed.plain, plain);
    expect(replayed.counts.every(({ accepted }) => accepted > 0)).toBe(true);
  }
});

test('what draws is not replayed', async () => {
  const session = await openTiny();
  const decode = { mode: 'sample', temperature: 1, topP: 1, topK: 0, samples: 1 } as const;
  const sampled = REQUESTS.map((request) => ({ ...request, decode }));
  await expect(replayAll(session, sampled, new Map())).rejects.toThrow(/only greedy/);
});
