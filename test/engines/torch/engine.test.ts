import { afterAll, describe, expect, test } from 'vitest';
import type { EngineSession } from '../../../src/engines/engine.ts';
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
    tokens?.count([]).then(
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
