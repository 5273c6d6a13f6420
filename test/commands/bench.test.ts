import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { benchReportSchema } from '../../src/records/bench.ts';
import { runCli, startCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { waitForEngineProcess } from '../fixtures/child-processes.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { waitFor } from '../fixtures/wait-for.ts';

const DATA = await humanevalPath();

async function setUp() {
  const cwd = temporaryFolder();
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  const bench = (...words: string[]) =>
    runCli(['bench', '--model', 'tiny.gguf', '--threads', '1', ...words], {
      cwd,
      env: { EVALKIT_DATA: DATA },
    });
  return { cwd, bench };
}

const GRID = ['--batch', '1,2', '--ctx-size', '32', '--flash', 'on,off', '--new-tokens', '4'];
const SHORT = [...GRID, '--warmup', '1', '--repeats', '2', '--out', 'grid'];

test('a grid is timed cell by cell, reported, and printed again without another run', async () => {
  const { cwd, bench } = await setUp();
  const first = await bench(...SHORT, '--json');
  expect(first.exitCode, first.stderr).toBe(0);
  const report = benchReportSchema.parse(JSON.parse(first.stdout));
  expect(report.status).toBe('complete');
  expect(report.cells.map(({ seconds }) => 'n' in seconds && seconds.n)).toEqual([2, 2, 2, 2]);
  expect(report.speedups).toHaveLength(2);
  expect(readFileSync(join(cwd, 'grid/report.md'), 'utf8')).toContain('speed-up of flash');
  const again = await bench(...SHORT, '--json');
  expect(again.stdout).toBe(first.stdout);
});

test('a cell over --memory reads OOM and the others go on', async () => {
  const { bench } = await setUp();
  // The second cell's cache alone holds 800 MB.
  const sizes = ['--batch', '1,64', '--ctx-size', '6000', '--new-tokens', '1'];
  const once = ['--warmup', '0', '--repeats', '1'];
  const { exitCode, stdout, stderr } = await bench(...sizes, ...once, '--memory', '600', '--json');
  expect(exitCode, stderr).toBe(0);
  const { cells } = benchReportSchema.parse(JSON.parse(stdout));
  expect(cells.map(({ outcome }) => outcome?.kind)).toEqual(['measured', 'oom']);
});

test('a cell that the memory cannot hold reads OOM beforehand, with the numbers', async () => {
  const { bench } = await setUp();
  const sizes = ['--batch', '256', '--ctx-size', '16,10000000', '--new-tokens', '1'];
  const once = ['--warmup', '0', '--repeats', '1', '--cell-timeout', '2000000'];
  const { exitCode, stdout, stderr } = await bench(...sizes, ...once, '--json');
  expect(exitCode, stderr).toBe(0);
  const { cells } = benchReportSchema.parse(JSON.parse(stdout));
  expect(cells.map(({ outcome }) => outcome?.kind)).toEqual(['measured', 'oom']);
  expect(cells[1]?.outcome).toMatchObject({ detail: expect.stringContaining('are available') });
});

test('a grid with a combination that cannot be measures the others and says why', async () => {
  const { bench } = await setUp();
  const axes = ['--flash', 'on,off', '--cache-type-v', 'q8_0', '--ctx-size', '16'];
  const once = ['--new-tokens', '1', '--warmup', '0', '--repeats', '1', '--out', 'grid'];
  const { exitCode, stdout, stderr } = await bench(...axes, ...once, '--json');
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/bench: 2 cells, about \d/);
  const { cells, status } = benchReportSchema.parse(JSON.parse(stdout));
  expect(status).toBe('complete');
  expect(cells[0]?.outcome).toMatchObject({ kind: 'measured' });
  expect(cells[1]?.seconds).toEqual({
    notRun: expect.stringContaining('needs flash attention, which --flash off turns off'),
  });
});

test('an engine that is killed from outside reads OOM in the report', async () => {
  const { cwd } = await setUp();
  const words = ['bench', '--model', 'tiny.gguf', '--threads', '1', '--ctx-size', '16,6000'];
  const short = ['--new-tokens', '1', '--warmup', '0', '--repeats', '9', '--out', 'grid', '--json'];
  const started = startCli([...words, ...short], { cwd });
  const results = join(cwd, 'grid', 'cells.jsonl');
  await waitFor(() => existsSync(results) && readFileSync(results, 'utf8') !== '');
  process.kill(await waitForEngineProcess(started.pid ?? 0), 'SIGKILL');
  const { exitCode, stdout, stderr } = await started;
  expect(exitCode, stderr).toBe(0);
  expect(stderr).toMatch(/context 6000.*OOM: the engine was killed by SIGKILL/);
  const { cells } = benchReportSchema.parse(JSON.parse(stdout));
  expect(cells.map(({ outcome }) => outcome?.kind)).toEqual(['measured', 'oom']);
});

test('a dry run prints the grid with its estimate and leaves nothing', async () => {
  const { bench } = await setUp();
  const { exitCode, stdout } = await bench(...SHORT, '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^bench, dry run: 4 cells, about \d/);
  const after = await bench('--batch', '2', '--out', 'grid', '--repeats', '1', '--warmup', '0');
  expect(after.exitCode, after.stderr).toBe(0);
});

test('a cell whose estimate is over --cell-timeout is skipped and said', async () => {
  const { bench } = await setUp();
  const { exitCode, stdout } = await bench(
    '--ctx-size',
    '100000',
    '--batch',
    '64',
    '--cell-timeout',
    '1',
    '--warmup',
    '0',
  );
  expect(exitCode).toBe(0);
  expect(stdout).toContain('over --cell-timeout');
});

test("--tokens times one answer to HumanEval's first prompt", async () => {
  const { bench } = await setUp();
  const { stdout, exitCode, stderr } = await bench('--tokens', '8', '--repeats', '2', '--json');
  expect(exitCode, stderr).toBe(0);
  const { cells } = benchReportSchema.parse(JSON.parse(stdout));
  expect(cells[0]?.work).toEqual({ kind: 'answer', taskId: 'HumanEval/0', newTokens: 8 });
  expect(cells[0]?.outcome).toMatchObject({ kind: 'measured' });
});

test.for([
  [['--cell-timeout', '9999999'], '--cell-timeout 9999999: must be at most 2147483'],
  [
    ['--batch', '257'],
    '--batch 257: must be at most 256, the most that llama.cpp evaluates at once',
  ],
  [['--tokens', '9', '--ctx-size', '64'], '--ctx-size 64 has no use with --tokens 9'],
  [['--batch', '0'], '--batch 0: must be a positive integer'],
  [['--flash', 'maybe'], '--flash maybe: must be one of on, off, auto'],
  [['--batch', '2,2'], 'the grid names tiny:f16/batch 2/context 512/flash auto twice'],
  [['--flash', 'off', '--cache-type-v', 'q8_0'], '--cache-type-v q8_0 needs flash attention'],
] as const)('%s is refused in one line with exit 2', async ([words, message]) => {
  const { bench } = await setUp();
  const { exitCode, stderr, stdout } = await bench(...words);
  expect(stderr).toContain(message);
  expect([exitCode, stdout]).toEqual([2, '']);
});
