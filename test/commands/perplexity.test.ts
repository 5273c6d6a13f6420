import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { perplexityRunReportSchema } from '../../src/records/perplexity-report.ts';
import { reportSchema } from '../../src/records/report.ts';
import { runCli } from '../fixtures/cli.ts';
import { ROWS } from '../fixtures/score-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

/** A folder with two tiny models and a text in it, and how to run the command there. */
async function setUp() {
  const cwd = temporaryFolder();
  await makeTinyGguf(join(cwd, 'one.gguf'), { seed: 1 });
  await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
  writeRows(cwd);
  const perplexity = (...words: string[]) =>
    runCli(['perplexity', '--threads', '1', '--ppl-data', 'rows.jsonl', ...words], { cwd });
  return { cwd, perplexity };
}

function writeRows(folder: string): void {
  const lines = ROWS.map((text) => `${JSON.stringify({ text, code: `# ${text}` })}\n`);
  writeFileSync(join(folder, 'rows.jsonl'), lines.join(''));
}

test('a model is scored, a second one is compared with it, and the same command scores nothing again', async () => {
  const { cwd, perplexity } = await setUp();
  const words = ['--model', 'one.gguf,other.gguf', '--kl', '--out', 'run'];
  const first = await perplexity(...words);
  expect(first.stderr).not.toContain('defect');
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toContain('perplexity on rows.jsonl: 5 rows (all of them; 512 were asked');
  expect(first.stdout).toMatch(/other:f16 +one:f16/);
  expect(first.stdout).toContain('field: text');
  expect(first.stdout).toContain('BOS: one:f16 without, other:f16 without');
  expect(first.stdout).toContain('of different tokenizers do not compare');
  expect(first.stdout).toContain('not whether for better or worse');
  expect(first.stdout).toContain('a lower bound');
  expect(first.stderr).toContain('rows.jsonl has 5 rows, fewer than the 512 of --rows');
  const scores = readFileSync(join(cwd, 'run', 'scores.jsonl'), 'utf8');
  const second = await perplexity(...words);
  expect(second.stdout).toBe(first.stdout);
  expect(readFileSync(join(cwd, 'run', 'scores.jsonl'), 'utf8')).toBe(scores);
});

test('--json prints the summary and nothing else, figures unrounded', async () => {
  const { perplexity } = await setUp();
  const { exitCode, stdout } = await perplexity('--model', 'one.gguf', '--rows', '2', '--json');
  expect(exitCode).toBe(0);
  const printed = JSON.parse(stdout);
  expect(Object.keys(printed)).toEqual([
    'version',
    'status',
    'planHash',
    'plan',
    'cells',
    'warnings',
  ]);
  const [cell] = perplexityRunReportSchema.parse(printed).cells;
  expect(cell?.perplexity).toMatchObject({
    method: 'rows',
    rows: 2,
    windows: 2,
    window: 2_048,
    stride: 1_024,
    text: { field: 'text', source: { kind: 'file', name: 'rows.jsonl' } },
  });
});

test("a model's divergence from itself is 0, its likeliest tokens are the same", async () => {
  const { cwd, perplexity } = await setUp();
  await makeTinyGguf(join(cwd, 'twin.gguf'), { seed: 1 });
  const { stdout } = await perplexity('--model', 'one.gguf,twin.gguf', '--kl', '--json');
  const [, twin] = perplexityRunReportSchema.parse(JSON.parse(stdout)).cells;
  expect(twin?.divergence).toMatchObject({
    nllDifference: { estimate: 0 },
    top1Agreement: { estimate: 1 },
    kl: { mean: 0, max: 0 },
  });
});

test('a reference that is none of the models is scored too', async () => {
  const { perplexity } = await setUp();
  const { stdout } = await perplexity('--model', 'one.gguf', '--reference', 'other.gguf', '--json');
  const { cells } = perplexityRunReportSchema.parse(JSON.parse(stdout));
  expect(cells.map(({ id }) => id)).toEqual(['one:f16', 'other:f16']);
  expect(cells[0]?.divergence).toMatchObject({ reference: 'other:f16' });
});

test('a reference of other weights than a model of its name has a name of its own', async () => {
  const { cwd, perplexity } = await setUp();
  for (const [folder, seed] of [
    ['here', 3],
    ['there', 4],
  ] as const) {
    mkdirSync(join(cwd, folder));
    await makeTinyGguf(join(cwd, folder, 'x.gguf'), { seed });
  }
  const words = ['--model', 'here/x.gguf,one.gguf', '--reference', 'there/x.gguf', '--json'];
  const { stdout } = await perplexity(...words);
  const { cells } = perplexityRunReportSchema.parse(JSON.parse(stdout));
  expect(cells.map(({ id }) => id)).toEqual(['x:f16', 'one:f16', 'x:f16#2']);
  expect(cells[0]?.divergence).toMatchObject({ reference: 'x:f16#2' });
  expect(cells[0]?.weights.sha256).not.toBe(cells[2]?.weights.sha256);
});

test.each([
  [['--kl'], '--kl compares models, and there is only one'],
  [['--field', 'output'], 'rows.jsonl, line 1 has no field output; it has text, code'],
  [['--ppl-data', 'none.jsonl'], '--ppl-data'],
  [['--rows', '0'], '--rows 0: must be a positive integer'],
  [['--method', 'mean'], '--method mean: must be one of rows, llama-cpp'],
  [['--ctx-size', '16', '--stride', '16'], '--stride 16 leaves the first token of a window of 16'],
  [
    ['--method', 'llama-cpp', '--stride', '8'],
    'do not overlap; it takes --method rows: add that, or leave --stride',
  ],
  [
    ['--method', 'llama-cpp', '--ctx-size', '512'],
    'fewer tokens for one:f16 than one window of 512',
  ],
  [['--ctx-size', '1'], '--ctx-size 1: a window needs at least 2 tokens'],
])('%j is refused in one line, with exit code 2', async (words, message) => {
  const { cwd, perplexity } = await setUp();
  const wanted = words.includes('--ppl-data') ? [] : ['--ppl-data', 'rows.jsonl'];
  const { exitCode, stdout, stderr } = await runCli(
    ['perplexity', '--model', 'one.gguf', '--threads', '1', ...wanted, ...words],
    { cwd },
  );
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trimEnd().split('\n').at(-1)).toContain(message);
  expect(perplexity).toBeTypeOf('function');
});

test('other settings in the same folder are refused, unless afresh', async () => {
  const { perplexity } = await setUp();
  await perplexity('--model', 'one.gguf', '--out', 'run');
  const words = ['--model', 'one.gguf', '--out', 'run', '--rows', '2'];
  const { exitCode, stderr } = await perplexity(...words);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(
    'run holds scores of other settings: text.rows is 5 in the folder, 2 in this command',
  );
  expect((await perplexity(...words, '--fresh')).exitCode).toBe(0);
});

test('EVALKIT_PPL_DATA names the text where no flag does', async () => {
  const { cwd } = await setUp();
  const { stdout } = await runCli(['perplexity', '--model', 'one.gguf', '--threads', '1'], {
    cwd,
    env: { EVALKIT_PPL_DATA: 'rows.jsonl' },
  });
  expect(stdout).toContain('perplexity on rows.jsonl');
});

test('without any text the command ends with 3 and leaves nothing', async () => {
  const { cwd } = await setUp();
  const before = readdirSync(cwd).toSorted();
  const { exitCode, stderr } = await runCli(['perplexity', '--model', 'one.gguf'], { cwd });
  expect(exitCode).toBe(3);
  expect(stderr).toContain('flytech/python-codes-25k is not available');
  expect(readdirSync(cwd).toSorted()).toEqual(before);
});

test('humaneval shows perplexity where there is a text, the same for each decoding mode', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  writeRows(cwd);
  const { exitCode, stdout } = await tiny('--ppl-data', 'rows.jsonl');
  expect(exitCode).toBe(0);
  const details = await runCli(['report', 'run', '--details'], { cwd });
  expect(details.stdout).toMatch(/\nperplexity\ncell +perplexity/);
  const report = reportSchema.parse(
    JSON.parse(readFileSync(join(cwd, 'run', 'report.json'), 'utf8')),
  );
  expect(report.cells[0]?.perplexity).toMatchObject({ method: 'rows', rows: 5 });
  const again = await runCli(['report', 'run'], { cwd });
  expect(again.stdout).toBe(stdout);
});

test('humaneval without a text says why there is no perplexity and ends with 0', async () => {
  const { tiny } = await setUpTinyRun();
  const { exitCode, stdout } = await tiny('--offline');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('perplexity: not run: the data set flytech/python-codes-25k');
});

test('humaneval that is asked for perplexity and finds no text ends with 3 before it generates', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  const { exitCode, stderr } = await tiny('--offline', '--perplexity');
  expect(exitCode).toBe(3);
  expect(stderr).toContain('the data set flytech/python-codes-25k is not available');
  expect(readdirSync(cwd)).not.toContain('run');
});

test.each([
  [[], 0],
  [['--perplexity'], 2],
])('a row that does not fit the model costs a finished run nothing: %j', async (words, code) => {
  const { cwd, tiny } = await setUpTinyRun({ contextLength: 1_024 });
  writeFileSync(join(cwd, 'long.jsonl'), `${JSON.stringify({ text: 'x1 '.repeat(600) })}\n`);
  const { exitCode, stdout, stderr } = await tiny('--ppl-data', 'long.jsonl', ...words);
  expect(stderr).toContain('evalkit perplexity --ctx-size 1024');
  expect(exitCode).toBe(code);
  const { cells } = JSON.parse(readFileSync(join(cwd, 'run', 'report.json'), 'utf8'));
  expect(cells).toMatchObject([{ passAt1: { total: 3 }, perplexity: { notRun: /.+/ } }]);
  expect(stdout.includes('perplexity: not run: tiny:f16 was trained with 1024')).toBe(code === 0);
});

test('humaneval measures none with --no-perplexity', async () => {
  const { cwd, env } = await setUpTinyRun();
  writeRows(cwd);
  const words = ['humaneval', '--model', 'tiny.gguf', ...SHORT, '--out', 'run', '--no-perplexity'];
  const { stdout } = await runCli(words, { cwd, env: { ...env, EVALKIT_PPL_DATA: 'rows.jsonl' } });
  expect(stdout).not.toContain('perplexity');
  const details = await runCli(['report', 'run', '--details'], { cwd });
  expect(details.stdout).toContain('perplexity: not run: turned off (--no-perplexity)');
  expect(readdirSync(join(cwd, 'run'))).not.toContain('scores.jsonl');
});
