import { join } from 'node:path';
import { runCli } from '../fixtures/cli.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { expect, test } from 'vitest';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

test('--noise-floor adds the reference once more, which compare takes for noise and no candidate', async () => {
  const { cwd, env, tiny } = await setUpTinyRun();
  const { exitCode, stdout } = await tiny('--noise-floor', '--parallel', '2', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).cells).toMatchObject([
    { id: 'tiny:f16/greedy', parallel: 2 },
    { id: 'tiny:f16/greedy/noise-floor', parallel: 1, passAt1: { total: 3 } },
  ]);

  const compared = await runCli(['compare', 'run'], { cwd, env });
  expect(compared.exitCode).toBe(2);
  expect(compared.stderr).toContain('one cell');
});

test.each([
  [[], /nothing but the baseline/],
  [['--max-kl', '0.1'], /--max-kl 0\.1 has no use without --kl, which measures it/],
  [['--max-tpot-ratio', '1.1', '--no-latency'], /has no use with --no-latency/],
])('a gate on a whole run that could not decide is refused at once: %j', async (words, message) => {
  const { cwd, humaneval } = await setUpTinyRun();
  await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
  const models = words.length === 0 ? 'tiny.gguf' : 'tiny.gguf,other.gguf';
  const { exitCode, stderr } = await humaneval('--model', models, '--gate', ...words);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('generating');
  expect(exitCode).toBe(2);
});

test.each([
  [['--gate'], /--gate needs a whole run/],
  [['--sequential'], /--sequential has no use without --gate; add --gate/],
  [['--baseline', 'base.json'], /--baseline base\.json has no use without --gate/],
  [['--gate', '--max-drop', 'NaN'], /--max-drop NaN/],
])('%j is refused before anything is generated', async (words, message) => {
  const { tiny } = await setUpTinyRun();
  const { exitCode, stderr } = await tiny(...words);
  expect(stderr).toMatch(message);
  expect(stderr).not.toContain('generating');
  expect(exitCode).toBe(2);
});
