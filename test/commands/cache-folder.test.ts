import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

test.each([
  [{ EVALKIT_CACHE: 'kept' }, 'kept'],
  [{ EVALKIT_CACHE: '', XDG_CACHE_HOME: './mine' }, 'mine/evalkit'],
])('a model that was made in the relative cache of %j is loaded from there', async (env, place) => {
  const { cwd, env: data } = await setUpTinyRun();
  const words = ['humaneval', '--model', 'q8', '--base', 'tiny.gguf', ...SHORT];
  const { exitCode, stderr } = await runCli(words, { cwd, env: { ...data, ...env } });
  expect(stderr).not.toMatch(/^evalkit:/m);
  expect(exitCode).toBe(0);
  expect(existsSync(join(cwd, place, 'made'))).toBe(true);
});
