import { expect, test } from 'vitest';
import type { Pass } from '../../../../src/engines/generation.ts';
import { NEVER, openTiny, requestFor } from '../tiny-session.ts';

test('passes tell of every token, and a gap between working sequences is filled', async () => {
  const session = await openTiny({ open: { parallel: 6 } });
  // In order of their lengths: the third ends long before the others and no prompt is left.
  const requests = [40, 40, 4, 40, 40, 40].map((maxTokens, index) =>
    requestFor('#'.repeat(60 - 5 * index), { id: `${index}`, maxTokens }),
  );
  const passes: Pass[] = [];
  const stats = await session.generate({
    requests,
    contextSize: 512,
    onResult: () => {},
    onPass: (pass) => passes.push(pass),
    signal: NEVER,
  });
  const told = passes.reduce((sum, pass) => sum + pass.promptTokens + pass.newTokens, 0);
  // What an answer ends with is chosen, but never evaluated.
  expect(told).toBe(stats.promptTokens + stats.newTokens - requests.length);
  expect(passes.filter(({ fillers }) => fillers === 1)).toHaveLength(40 - 4);
  expect(passes.every(({ ms }) => ms > 0)).toBe(true);
  const wallMs = passes.reduce((sum, { ms }) => sum + ms, 0);
  expect(wallMs).toBeLessThanOrEqual(stats.wallMs);
});

test('alone nothing is filled', async () => {
  const session = await openTiny();
  const passes: Pass[] = [];
  await session.generate({
    requests: [requestFor('def'), requestFor('class')],
    contextSize: 512,
    onResult: () => {},
    onPass: (pass) => passes.push(pass),
    signal: NEVER,
  });
  expect(passes.length).toBeGreaterThan(0);
  expect(passes.every(({ fillers }) => fillers === 0)).toBe(true);
});
