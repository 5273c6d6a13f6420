import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

test('a context that cannot fit ends the run with the numbers, exit code 3 and no answer', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  // A token takes 1 kB: a hundred times 10 GB, which no machine of ours has.
  const size = ['--ctx-size', '10000000', '--parallel', '100', '--limit', '100'];
  const words = ['--model', 'tiny.gguf', '--prompt', 'raw', '--threads', '1', '--out', 'run'];
  const run = await humaneval(...words, ...size);
  expect(run.exitCode).toBe(3);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(
    /tiny\.gguf does not fit into memory: it needs .* TB \(weights .*, cache of 100 sequences of 10000000 tokens .* TB, buffers .*\) and .* are available; lower --parallel/,
  );
  expect(run.stderr).not.toContain('defect');
  const answers = join(cwd, 'run', 'completions.jsonl');
  expect(existsSync(answers) ? readFileSync(answers, 'utf8') : '').toBe('');
});
