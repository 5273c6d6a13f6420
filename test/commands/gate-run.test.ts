import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselineSchema } from '../../src/records/baseline.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

const DATA = await humanevalPath();

/** Whole runs of two tiny models that solve nothing, and how to go on from there. */
async function setUp() {
  const cwd = temporaryFolder();
  await makeTinyGguf(join(cwd, 'one.gguf'), { seed: 1 });
  await makeTinyGguf(join(cwd, 'two.gguf'), { seed: 2 });
  const evalkit = (...words: string[]) => runCli(words, { cwd, env: { EVALKIT_DATA: DATA } });
  const run = (model: string, ...words: string[]) =>
    evalkit('humaneval', '--model', model, ...SHORT, '--out', model.replace('.gguf', ''), ...words);
  return { cwd, evalkit, run };
}

const SHORT = ['--prompt', 'raw', '--max-tokens', '4', '--threads', '1', '--no-latency'];

test('a run is written as a baseline, a candidate is gated on it, and alike models pass', async () => {
  const { cwd, evalkit, run } = await setUp();
  expect((await run('one.gguf')).exitCode).toBe(0);
  const written = await evalkit('baseline', 'write', 'one', '--out', 'baseline.json');
  expect(written.exitCode, written.stderr).toBe(0);
  const baseline = baselineSchema.parse(
    JSON.parse(readFileSync(join(cwd, 'baseline.json'), 'utf8')),
  );
  expect(baseline.passAt1).toMatchObject({ passed: 0, total: 164 });

  // The run gates itself when it is done; 164 identical verdicts leave 1.62 points open.
  const gated = await run('two.gguf', '--gate', '--baseline', 'baseline.json');
  expect(gated.stderr).not.toContain('defect');
  expect(gated.exitCode, gated.stdout + gated.stderr).toBe(0);
  expect(gated.stdout).toContain('1.62');

  const again = await evalkit('gate', 'two', '--baseline', 'baseline.json', '--json');
  expect(again.exitCode, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'pass' });

  const itself = await evalkit('gate', 'one', '--baseline', 'baseline.json');
  expect(itself.exitCode).toBe(2);

  const compared = await evalkit('compare', 'one', 'two');
  expect(compared.exitCode, compared.stderr).toBe(0);
  expect(existsSync(join(cwd, 'two', 'report.json'))).toBe(true);
});
