import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { benchComparisonSchema } from '../../src/records/bench-comparison.ts';
import { perplexityComparisonSchema } from '../../src/records/perplexity-comparison.ts';
import { perplexityGateSchema } from '../../src/records/perplexity-gate.ts';
import { runCli } from '../fixtures/cli.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const FIXTURES = new URL('../fixtures/runs-v1/', import.meta.url).pathname;

/** Folders that version 1 wrote: scores of two models, and a grid of one. */
function setUp() {
  const cwd = temporaryFolder();
  cpSync(join(FIXTURES, 'perplexity/ppl'), join(cwd, 'ppl'), { recursive: true });
  cpSync(join(FIXTURES, 'bench/grid'), join(cwd, 'grid'), { recursive: true });
  return { cwd, run: (...words: string[]) => runCli(words, { cwd }) };
}

test('compare holds scores against their reference, and has the figures of the report', async () => {
  const { run } = setUp();
  const { exitCode, stdout } = await run('compare', 'ppl', '--json');
  expect(exitCode).toBe(0);
  const { reference, comparisons } = perplexityComparisonSchema.parse(JSON.parse(stdout));
  const { cells } = JSON.parse((await run('report', 'ppl', '--json')).stdout);
  expect(reference).toMatchObject({ id: 'tiny:f16', perplexity: cells[0].perplexity });
  expect(comparisons).toMatchObject([
    {
      cell: 'other:f16',
      divergence: cells[1].divergence,
      perplexityRatio: { estimate: expect.closeTo(834.1372 / 408.1558, 4) },
    },
  ]);
});

test('compare shows the speed-ups of a grid', async () => {
  const { run } = setUp();
  const { exitCode, stdout } = await run('compare', 'grid', '--json');
  expect(exitCode).toBe(0);
  const { speedups } = benchComparisonSchema.parse(JSON.parse(stdout));
  expect(speedups).toEqual(JSON.parse((await run('report', 'grid', '--json')).stdout).speedups);
  expect(speedups).toHaveLength(2);
});

test.each([
  ['compare ppl --format csv', 'perplexityRatio.estimate'],
  ['compare ppl --format md', '## against the reference'],
  ['compare grid --format csv', 'speedup.estimate'],
  ['gate ppl --max-kl 3 --format csv', 'ppl,tiny:f16,other:f16,max-kl,pass,point threshold'],
  ['gate ppl --max-kl 3 --format junit', '<testcase classname="other:f16" name="max-kl"/>'],
])('%s has its form', async (words, text) => {
  const { run } = setUp();
  expect(await run(...words.split(' '))).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining(text),
  });
});

test.each([
  ['3', 0, 'pass'],
  ['2.8', 1, 'fail'],
])('gate on scores with --max-kl %s ends with %i: %s', async (limit, code, verdict) => {
  const { run } = setUp();
  const { exitCode, stdout } = await run('gate', 'ppl', '--max-kl', limit, '--json');
  expect(perplexityGateSchema.parse(JSON.parse(stdout))).toMatchObject({
    verdict,
    cells: [{ cell: 'other:f16', verdict }],
  });
  expect(exitCode).toBe(code);
});

test("a config file's margin for runs does not stand in the way, its other limits do", async () => {
  const { cwd, run } = setUp();
  writeFileSync(join(cwd, 'evalkit.config.yaml'), 'gate:\n  maxDrop: 3pp\n  maxKl: 3\n');
  expect(await run('gate', 'ppl')).toMatchObject({ exitCode: 0 });
  writeFileSync(join(cwd, 'evalkit.config.yaml'), 'gate:\n  minPass: 0.5\n  maxKl: 3\n');
  expect(await run('gate', 'ppl')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/leave out --min-pass .*evalkit\.config\.yaml:2/),
  });
});

test.each([
  [
    'gate ppl',
    'what a gate can decide on is how far each model is from the reference, by --max-kl',
  ],
  ['gate ppl --max-kl 3 --max-drop 3pp', 'leave out --max-drop'],
  ['gate ppl --max-kl 3 --min-pass 0.5 --rule true', 'leave out --min-pass, --rule'],
  ['gate ppl --max-kl 3 --baseline run', 'leave out --baseline'],
  ['gate grid', 'grid holds a grid of evalkit bench, which has times and no verdicts'],
  ['gate grid --max-kl 3', 'which has times and no verdicts'],
  ['gate run --baseline ppl', 'ppl holds scores of evalkit perplexity, which has scores and no'],
  ['compare ppl ppl', 'score both models in one run: evalkit perplexity --model A,B'],
  ['compare grid ppl', 'measure both models in one grid: evalkit bench --model A,B'],
  ['compare run ppl', 'ppl holds scores of evalkit perplexity, which has scores and no verdicts'],
  ['compare ppl --max-drop 3pp', '--max-drop would be held against nothing'],
])('%s is refused in one line', async (words, reason) => {
  const { cwd, run } = setUp();
  writeRun(join(cwd, 'run'), recordedRun([{ cell: greedyCell('f16'), passes: failing(40) }]));
  const { exitCode, stdout, stderr } = await run(...words.split(' '));
  expect(stderr).toContain(reason);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
});
