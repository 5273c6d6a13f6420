import { afterAll, describe, expect, test } from 'vitest';
import type { EngineSession } from '../../../src/engines/engine.ts';
import type { WindowScores } from '../../../src/engines/scoring.ts';
import { drawShared } from '../../../src/engines/shared-noise.ts';
import { torch } from '../../../src/engines/torch/definition.ts';
import { describeEngineContract } from '../contract.ts';
import { generateAll, requestFor } from '../llama-cpp/tiny-session.ts';
import { hasTorch, openTorchFor, type TinyKind } from './tiny-torch.ts';

/** Loading takes seconds, so sessions are kept: one of each kind and number of sequences. */
const kept = new Map<string, Promise<EngineSession>>();

async function keptSession(kind: TinyKind, parallel: number): Promise<EngineSession> {
  const key = `${kind} ${parallel}`;
  const session = await kept.get(key);
  if (session !== undefined && (await isAlive(session))) {
    return session;
  }
  const opened = openTorchFor({ kind, open: { parallel } });
  kept.set(key, opened);
  return opened;
}

/** An aborted question ends the process. */
function isAlive({ tokens }: EngineSession): Promise<boolean> {
  return (
    tokens?.encode([]).then(
      () => true,
      () => false,
    ) ?? Promise.resolve(false)
  );
}

afterAll(async () => {
  await Promise.all([...kept.values()].map(async (one) => (await one)[Symbol.asyncDispose]()));
});

describe.skipIf(!hasTorch)('torch', () => {
  describeEngineContract('torch', {
    capabilities: torch.capabilities,
    open: (parallel) => keptSession('qwen2', parallel),
    request: (id) => requestFor(`def ${id}(x):\n    return `, { id, maxTokens: 8 }),
  });

  /** `<|endoftext|>` and `<|im_end|>` of the tiny models. */
  const ENDS: ReadonlySet<number | undefined> = new Set([0, 2]);

  test('samples are drawn by the noise that all engines share', async () => {
    const session = await keptSession('qwen2', 4);
    const prompt = 'def add(a, b):\n';
    const [text] = (await session.tokens?.tokenize([prompt])) ?? [];
    const tokens = [...(text?.tokens ?? []), 0];
    const scores: WindowScores[] = [];
    await session.scoring?.score({
      windows: [{ id: 'next', tokens, scoreFrom: tokens.length - 1 }],
      top: 1024,
      onResult: (score) => scores.push(score),
      signal: new AbortController().signal,
    });
    const { ids: [ids = []] = [], logProbs: [logProbs = []] = [] } = scores[0]?.distributions ?? {};
    const candidates = ids.map((id, index) => [id, Math.exp(logProbs[index] ?? 0)] as const);
    const decode = { mode: 'sample', temperature: 1, topP: 1, topK: 0, samples: 1 } as const;
    const requests = Array.from({ length: 40 }, (_, seed) =>
      requestFor(prompt, { id: String(seed), seed, maxTokens: 1, decode }),
    );
    const drawn = await generateAll(session, requests);
    const expected = requests.map(({ seed }) => drawShared(candidates, { seed, position: 0 }));
    // A drawn end token is none of the completion's.
    const shown = expected.map((token) => (ENDS.has(token) ? undefined : token));
    const byId = new Map(drawn.map(({ id, tokens: [token] = [] }) => [id, token]));
    expect(requests.map(({ id }) => byId.get(id))).toEqual(shown);
    expect(new Set(expected).size).toBeGreaterThan(20);
  });

  test.each(['qwen2', 'starcoder2', 'gpt_bigcode', 'llama'] as const)(
    '%s: a batch of four gives what each gives alone',
    async (kind) => {
      const requests = ['def', 'def add(a, b):\n', 'import math\nimport os\n', 'x'].map((text) =>
        requestFor(text, { maxTokens: 16 }),
      );
      const alone = await generateAll(await keptSession(kind, 1), requests);
      const together = await generateAll(await keptSession(kind, 4), requests);
      const byId = new Map(together.map((result) => [result.id, result.tokens]));
      expect(alone.map(({ id }) => byId.get(id))).toEqual(alone.map(({ tokens }) => tokens));
      expect(alone.flatMap(({ tokens }) => tokens).length).toBeGreaterThan(20);
    },
  );
});
