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
  [['--gate'], /nothing but the baseline/],
  [['--gate', '--sequential'], /--sequential has no use without --baseline/],
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

test.each([['--limit'], ['--sample']])(
  'a gate on a run with %s is a trial: it says what it needs and never ends with 0',
  async (flag) => {
    const { cwd, humaneval, env } = await setUpTinyRun();
    await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
    const run = '--model tiny.gguf,other.gguf --prompt raw --max-tokens 8 --threads 1 --no-latency';
    const { exitCode, stdout, stderr } = await humaneval(
      ...`${run} --out run ${flag} 4 --gate --max-drop 50pp --allow-inconclusive`.split(' '),
    );
    expect(stdout).toContain('gate: trial on 4 of 164 tasks, inconclusive');
    expect(stdout).toMatch(/has verdicts on 4 of 164 tasks of HumanEval: run it without --tasks/);
    expect(stderr).toContain('the gate was tried on 4 of 164 tasks and decided nothing');
    expect(exitCode).toBe(4);
    const again = await runCli(['gate', 'run', '--max-drop', '90pp', '--format', 'json'], {
      cwd,
      env,
    });
    expect(JSON.parse(again.stdout)).toMatchObject({
      verdict: 'inconclusive',
      trial: { tasks: 4, total: 164 },
    });
    expect(again.exitCode).toBe(4);
  },
);

test('a sample is in the plan: another seed is another run, and limit beside it is refused', async () => {
  const { humaneval } = await setUpTinyRun();
  const plain = ['--model', 'tiny.gguf', '--dry-run', '--json', '--sample', '5'];
  const planned = async (...words: string[]) => {
    const { stdout } = await humaneval(...plain, ...words);
    return JSON.parse(stdout);
  };
  const [one, same, other] = [
    await planned(),
    await planned('--seed', '0'),
    await planned('--seed', '1'),
  ];
  expect(one.folder).toBe(same.folder);
  expect(one.folder).not.toBe(other.folder);
  const refused = await humaneval(...plain, '--limit', '3');
  expect(refused.stderr).toContain(
    '--sample 5 draws tasks at random and --limit 3 takes the first; leave one of them out',
  );
  expect(refused.exitCode).toBe(2);
  const tooMany = await humaneval('--model', 'tiny.gguf', '--dry-run', '--sample', '165');
  expect(tooMany.stderr).toContain('--sample 165: only 164 tasks are there to draw from');
  expect(tooMany.exitCode).toBe(2);
});
