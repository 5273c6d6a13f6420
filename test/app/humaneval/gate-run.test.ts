import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baselineSchema } from '../../../src/records/baseline.ts';
import { runCli } from '../../fixtures/cli.ts';
import { humanevalPath } from '../../fixtures/humaneval.ts';
import { ROWS } from '../../fixtures/score-run.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../../fixtures/tiny-gguf.ts';

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

test('--sequential ends a candidate that cannot pass, and the gate decides from its stop', async () => {
  const { cwd, evalkit, run } = await setUp();
  await run('one.gguf');
  await evalkit('baseline', 'write', 'one', '--out', 'baseline.json');
  const path = join(cwd, 'baseline.json');
  const written = baselineSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const passed = Object.fromEntries(Object.keys(written.passed).map((taskId) => [taskId, 1]));
  const passAt1 = { ...written.passAt1, passed: 164, estimate: 1, ci95: [0.97, 1] };
  writeFileSync(path, JSON.stringify({ ...written, passed, passAt1 }));

  const words = ['--gate', '--sequential', '--baseline', 'baseline.json'];
  const stopped = await run('two.gguf', ...words);
  expect(stopped.exitCode, stopped.stdout + stopped.stderr).toBe(1);
  expect(stopped.stdout).toContain('stopped by rule');
  expect(stopped.stdout).toMatch(/\ntwo:f16\/greedy +n\/a/);
  expect(stopped.stdout).not.toContain(' 0.0 %');
  const lines = (name: string) =>
    readFileSync(join(cwd, 'two', name), 'utf8')
      .trimEnd()
      .split('\n').length;
  expect(lines('completions.jsonl')).toBe(16);
  expect(JSON.parse(readFileSync(join(cwd, 'two', 'report.json'), 'utf8'))).toMatchObject({
    status: 'stopped by rule',
    cells: [{ passAt1: { notRun: expect.stringContaining('stopped by rule after 16 of 164') } }],
  });

  expect((await run('two.gguf', ...words)).exitCode).toBe(1);
  expect([lines('completions.jsonl'), lines('stops.jsonl')]).toEqual([16, 1]);

  const gated = await evalkit('gate', 'two', '--baseline', 'baseline.json', '--json');
  expect(gated.exitCode, gated.stderr).toBe(1);
  expect(JSON.parse(gated.stdout)).toMatchObject({
    verdict: 'fail',
    cells: [{ passAt1: null, p: null }],
  });
  const compared = await evalkit('compare', 'baseline.json', 'two');
  expect(compared.stderr).toContain('was stopped by rule after 16 of 164 tasks');
  expect(compared.exitCode).toBe(2);
});

test('a run with --kl is gated on its divergence, and compare shows it', async () => {
  const { cwd, evalkit } = await setUp();
  writeFileSync(
    join(cwd, 'rows.jsonl'),
    ROWS.map((text) => `${JSON.stringify({ text })}\n`).join(''),
  );
  const words = ['--out', 'run', '--kl', '--ppl-data', 'rows.jsonl'];
  const made = await evalkit('humaneval', '--model', 'one.gguf,two.gguf', ...SHORT, ...words);
  expect(made.exitCode, made.stderr).toBe(0);

  const passed = await evalkit('gate', 'run', '--max-kl', '100', '--format', 'md');
  expect(passed.exitCode, passed.stderr).toBe(0);
  expect(passed.stdout).toMatch(/KL divergence \d.*, a lower bound, limit 100/);
  const failed = await evalkit('gate', 'run', '--max-kl', '0.000001', '--min-pass', '0.5');
  expect(failed.exitCode, failed.stderr).toBe(1);
  expect(failed.stdout).toContain('pass@1 0 % over n = 164 tasks, minimum 50 %');

  const compared = await evalkit('compare', 'run');
  expect(compared.stdout).toMatch(/NLL difference *:? +[-\d.]+ nats a token/);
  expect(compared.stdout).toMatch(/KL divergence *:? +[\d.]+ nats a token.*a lower bound/s);
});
