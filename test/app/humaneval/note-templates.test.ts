import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setUpTinyRun } from '../../fixtures/tiny-run.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

const NOTE = / has a chat template; its name does not say instruct: asked raw; --prompt chat asks/;

test('a model that can chat and is asked raw for its name is named, one without a template is not', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  await makeTinyGguf(join(cwd, 'bare.gguf'), { chatTemplate: undefined });
  await makeTinyGguf(join(cwd, 'tiny-instruct.gguf'));
  const note = async (...words: string[]) =>
    (await humaneval(...words, '--tasks', '0', '--ctx-size', '8', '--no-latency')).stderr
      .split('\n')
      .filter((line) => NOTE.test(line));
  expect(await note('--model', 'tiny.gguf')).toEqual([expect.stringContaining('tiny:f16')]);
  expect(await note('--model', 'bare.gguf')).toEqual([]);
  expect(await note('--model', 'tiny-instruct.gguf')).toEqual([]);
  expect(await note('--model', 'tiny.gguf', '--prompt', 'raw')).toEqual([]);
});
