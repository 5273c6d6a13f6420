import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { completionSchema } from '../../src/records/completion.ts';
import { runCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { weightsCache } from '../fixtures/weights.ts';

/** Completions of the 4-bit model and of an 8-bit one made of it, by cell and task. */
async function completionsOf(...words: string[]) {
  const cwd = temporaryFolder();
  const models = ['--model', 'q4_k_m,q8', '--prompt', 'raw', '--limit', '6', '--max-tokens', '64'];
  const run = await runCli(
    ['humaneval', ...models, '--only', 'generate', '--out', 'run', ...words],
    { cwd, env: { EVALKIT_CACHE: weightsCache() } },
  );
  expect(run.exitCode, run.stderr).toBe(0);
  const lines = readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => completionSchema.parse(JSON.parse(line)));
}

test('read along with the 4-bit model, the 8-bit one says what it says anyway', async () => {
  const plain = await completionsOf();
  const along = await completionsOf('--replay', 'qwen2.5-coder-0.5b:q4_k_m');
  const texts = (all: typeof plain) =>
    new Map(all.map(({ cell, taskId, text }) => [`${cell} ${taskId}`, text]));
  const before = texts(plain);
  const differing = [...texts(along)].filter(([place, text]) => before.get(place) !== text);
  expect(along).toHaveLength(12);
  // A pass of another shape rounds otherwise: as at another batch size, one completion may flip by itself.
  expect(differing.length).toBeLessThanOrEqual(1);
  const replays = along.flatMap(({ replay }) => replay ?? []);
  expect(replays).toHaveLength(6);
  const tokens = along
    .filter(({ replay }) => replay !== undefined)
    .reduce((sum, one) => sum + (one.tokens?.length ?? 0), 0);
  const accepted = replays.reduce((sum, { accepted: own }) => sum + own, 0);
  expect(accepted).toBeGreaterThan(tokens / 2);
});
