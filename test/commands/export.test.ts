import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { bigRun } from '../fixtures/big-run.ts';
import { runCli } from '../fixtures/cli.ts';
import { completeRun, storeRun } from '../fixtures/stored-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** What lm-eval's own readers ask of its results: its tables, `zeno_visualize.py`, `wandb_logger.py`. */
const lmEvalResults = z.object({
  results: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.string()]))),
  configs: z.record(z.string(), z.object({ task: z.string(), output_type: z.string() })),
  versions: z.record(z.string(), z.string()),
  'n-shot': z.record(z.string(), z.int()),
  higher_is_better: z.record(z.string(), z.record(z.string(), z.boolean())),
  'n-samples': z.record(z.string(), z.object({ original: z.int(), effective: z.int() })),
  config: z.object({ model: z.string(), model_args: z.string() }),
  model_name: z.string(),
  model_name_sanitized: z.string().regex(/^[\w.-]+$/),
  date: z.number(),
});

const GRID = fileURLToPath(new URL('../fixtures/runs-v1/bench/grid', import.meta.url));

const lmEvalSample = z.object({
  doc_id: z.int(),
  doc: z.object({ task_id: z.string() }),
  arguments: z.object({ gen_args_0: z.object({ arg_0: z.string() }) }),
  resps: z.array(z.array(z.string())),
  filtered_resps: z.array(z.array(z.string())),
  filter: z.literal('create_test'),
  'pass@1': z.number(),
});

test('a run is written as lm-eval writes it, and its samples give its pass rate', async () => {
  const cwd = temporaryFolder();
  storeRun(join(cwd, 'run'), bigRun({ cells: 2, tasks: 40 }));
  const { exitCode, stdout } = await runCli(['export', 'run', '--to', 'lm-eval', '--out', 'out'], {
    cwd,
    env: {},
  });
  expect(exitCode).toBe(0);
  const [results = '', samples = '', ...others] = stdout.trimEnd().split('\n');
  expect(others).toHaveLength(2);
  expect(results).toContain(join('out', 'tiny__f16__greedy', 'results_2026-01-02T03-04-05'));
  const read = lmEvalResults.parse(JSON.parse(readFileSync(results, 'utf8')));
  const lines = readFileSync(samples, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => lmEvalSample.parse(JSON.parse(line)));
  expect(lines).toHaveLength(40);
  const rate = lines.reduce((total, line) => total + line['pass@1'], 0) / 40;
  expect(read.results['test']?.['pass@1,create_test']).toBeCloseTo(rate);
  expect(read['n-samples']).toEqual({ test: { original: 40, effective: 40 } });
});

test('a grid has no such files', async () => {
  const { exitCode, stderr } = await runCli(['export', GRID, '--to', 'lm-eval'], {
    cwd: temporaryFolder(),
    env: {},
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('holds a grid of evalkit bench');
});

function setUp() {
  const cwd = temporaryFolder();
  storeRun(join(cwd, 'old'), completeRun());
  storeRun(join(cwd, 'new'), {
    ...completeRun(),
    header: { ...completeRun().header, startedAt: '2026-01-09T03:04:05.000Z' },
  });
  const report = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCli(['report', ...words], { cwd, env });
  return { cwd, report };
}

test('several runs stand on one page with the trend of each cell, and on nothing else', async () => {
  const { report } = setUp();
  const { exitCode, stdout } = await report(['old', 'new', '--format', 'html']);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('pass@1 (%) over the runs');
  expect(stdout).toContain('old: tiny:q8_0/greedy');
  expect(stdout).toContain('2026-01-09 03:04');
  const refused = await report(['old', 'new']);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('give --format html');
});

test('--open writes the page beside the run and opens it', async () => {
  const { cwd, report } = setUp();
  const opener = join(cwd, 'xdg-open');
  writeFileSync(opener, `#!/bin/sh\necho "$1" > ${join(cwd, 'opened')}\n`);
  chmodSync(opener, 0o755);
  const env = { PATH: `${cwd}:${process.env['PATH']}` };
  expect(await report(['old', '--format', 'html', '--open'], env)).toMatchObject({ exitCode: 0 });
  const page = join(cwd, 'old', 'report.html');
  expect(readFileSync(join(cwd, 'opened'), 'utf8')).toBe(`${page}\n`);
  expect(existsSync(page)).toBe(true);
  const refused = await report(['old', 'new', '--format', 'html', '--open']);
  expect(refused.stderr).toContain('name one with --output');
  const without = await report(['old', '--open']);
  expect(without.exitCode).toBe(2);
});

test('a badge has the pass rate, as SVG and for shields', async () => {
  const { report } = setUp();
  const { stdout } = await report(['old', '--format', 'badge']);
  expect(stdout).toMatch(/^<svg .*aria-label="Test pass@1: 100.0 %"/);
  const { stdout: json } = await report(['old', '--format', 'shields']);
  expect(JSON.parse(json)).toMatchObject({
    schemaVersion: 1,
    label: 'Test pass@1',
    message: '100.0 %',
  });
});
