import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

test('a context that cannot fit ends the run with the numbers, exit code 3 and no answer', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  // A token takes 1 kB: three times 0.9 TB, which no machine has.
  const run = await tiny('--ctx-size', '900000000');
  expect(run.exitCode).toBe(3);
  expect(run.stdout).toBe('');
  expect(run.stderr).toMatch(
    /tiny\.gguf does not fit into memory: it needs .* TB \(weights .*, cache of 3 sequences of 900000000 tokens .* TB, buffers .*\) and .* are available; lower --parallel/,
  );
  expect(run.stderr).not.toContain('defect');
  const answers = join(cwd, 'run', 'completions.jsonl');
  expect(existsSync(answers) ? readFileSync(answers, 'utf8') : '').toBe('');
});
