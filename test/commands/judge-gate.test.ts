import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { writeJudged } from '../fixtures/judged-samples.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

function setUp() {
  const cwd = temporaryFolder();
  writeJudged(join(cwd, 'old'), { passes: failing(40) });
  writeJudged(join(cwd, 'same'), { passes: failing(40) });
  writeJudged(join(cwd, 'worse'), { passes: failing(80) });
  return { cwd, run: (...words: string[]) => runCli(words, { cwd }) };
}

test('compare pairs the tasks of two runs of judge', async () => {
  const { run } = setUp();
  const { exitCode, stdout } = await run('compare', 'old', 'worse', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    firstLine: expect.stringContaining('which weights wrote judged samples is not known'),
    comparisons: [
      {
        tasks: 164,
        lost: 40,
        gained: 0,
        verdict: 'fail',
        reference: { name: 'old', passAt1: { passed: 124, total: 164 } },
        warnings: expect.arrayContaining([
          expect.stringContaining('worse: how its samples were written is not known'),
        ]),
      },
    ],
  });
  expect((await run('compare', 'old', 'worse')).stdout).toContain('size: unknown');
});

test.each([
  ['same', [], 0, 'pass'],
  ['worse', [], 1, 'fail'],
  ['same', ['--min-pass', '0.8'], 1, 'fail'],
  ['same', ['--max-drop', '1pp'], 4, 'inconclusive'],
  ['same', ['--rule', 'cell.passAtK[1].estimate > 0.7'], 0, 'pass'],
  ['same', ['--rule', 'cell.passAtK[1].estimate > 0.8'], 1, 'fail'],
] as const)('gate %s %j ends with %i: %s', async (name, words, code, verdict) => {
  const { run } = setUp();
  const { exitCode, stdout, stderr } = await run(
    'gate',
    name,
    '--baseline',
    'old',
    '--json',
    ...words,
  );
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({ verdict, cells: [{ tasks: 164 }] });
  expect(exitCode).toBe(code);
});

test('samples are held against the baseline file of a run, which says what is not known', async () => {
  const { cwd, run } = setUp();
  writeRun(join(cwd, 'run'), recordedRun([{ cell: greedyCell('f16'), passes: failing(40) }]));
  expect((await run('baseline', 'write', 'run')).exitCode).toBe(0);
  const { exitCode, stdout } = await run('gate', 'same', '--baseline', 'baseline.json', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'pass',
    warnings: [expect.stringContaining('same: how its samples were written is not known')],
  });
  expect(exitCode).toBe(0);
});

test('what would decide on nothing is refused', async () => {
  const { cwd, run } = setUp();
  const refusal = async (...words: string[]): Promise<string> => {
    const { exitCode, stderr } = await run(...words);
    expect(exitCode).toBeGreaterThan(1);
    return stderr;
  };
  expect(await refusal('gate', 'old')).toContain(
    'old holds the samples of the baseline old itself',
  );
  expect(await refusal('baseline', 'write', 'old')).toContain(
    'old holds judged samples, and a baseline names the weights that wrote its completions',
  );
  writeJudged(join(cwd, 'part'), { passes: () => true, judged: 100 });
  expect(await refusal('gate', 'part', '--baseline', 'old')).toContain(
    'part is incomplete: 64 verdicts are missing',
  );
  writeJudged(join(cwd, 'weak'), { passes: failing(40), level: 'L1' });
  expect(await refusal('gate', 'weak', '--baseline', 'old', '--min-sandbox', 'l2')).toContain(
    'weak was judged at sandbox level L1',
  );
  expect(await refusal('gate', 'same', '--baseline', 'old', '--max-tpot-ratio', '1.1')).toContain(
    '--max-tpot-ratio 1.1',
  );
  expect(await refusal('gate', 'same', '--baseline', 'old', '--max-kl', '0.1')).toContain(
    '--max-kl 0.1: nothing to hold against it in same',
  );
});
