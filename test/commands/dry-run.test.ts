import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dryRunSchema } from '../../src/records/dry-run.ts';
import { reportSchema } from '../../src/records/report.ts';
import { ROWS } from '../fixtures/score-run.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

const TIMED = ['--latency-tasks', '2', '--latency-repeats', '2'] as const;

test('a dry run says what is missing and present, before and after, and leaves nothing behind', async () => {
  const { cwd, humaneval, tiny } = await setUpTinyRun();
  const plan = async (...words: string[]) =>
    dryRunSchema.parse(JSON.parse((await tiny(...TIMED, '--dry-run', '--json', ...words)).stdout));
  const before = await plan();
  expect(before).toMatchObject({
    folder: join(cwd, 'run'),
    cells: [
      {
        id: 'tiny:f16/greedy',
        model: { state: 'present' },
        units: { completions: { asked: 3, present: 0 }, timings: { asked: 4, present: 0 } },
        newTokensAtMost: 72,
        estimateMs: expect.any(Number),
        probe: expect.stringMatching(
          /^\d+ tokens of 3 completions in .*; \d+ tokens of 2 timings in /,
        ),
      },
    ],
  });
  expect(existsSync(join(cwd, 'run'))).toBe(false);
  await tiny('--no-latency');
  expect((await plan()).cells[0]).toMatchObject({
    units: { completions: { asked: 3, present: 3 }, timings: { asked: 4, present: 0 } },
  });
  const after = (await plan()).cells[0];
  expect(after?.estimateMs).toEqual(expect.any(Number));
  // What the run has shown needs no probe.
  expect(after?.probe).toMatch(/^\d+ tokens of 2 timings in /);
  const missing = await humaneval('--base', 'tiny.gguf', '--model', 'q8', ...SHORT, '--dry-run');
  expect(missing.exitCode).toBe(0);
  expect(missing.stdout).toMatch(/tiny:q8_0\/greedy\s+missing.*unknown/);
  expect(missing.stderr).not.toContain('tensors');
  const other = await tiny('--dry-run', '--max-tokens', '25');
  expect(other.exitCode).toBe(2);
});

test('with --noise-floor a dry run prints the plan and the folder of the run', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  const words = ['--model', 'tiny.gguf', ...SHORT, '--no-latency', '--noise-floor', '--json'];
  const dry = dryRunSchema.parse(JSON.parse((await humaneval(...words, '--dry-run')).stdout));
  const { stdout, stderr, exitCode } = await humaneval(...words);
  expect(exitCode, stderr).toBe(0);
  const { cells } = reportSchema.parse(JSON.parse(stdout));
  expect(cells).toHaveLength(2);
  expect(dry.cells.map(({ id }) => id)).toEqual(cells.map(({ id }) => id));
  expect(stderr).toContain(dry.folder);
  expect(existsSync(join(dry.folder ?? cwd, 'run.json'))).toBe(true);
});

test('a dry run counts the scores that are missing, once a model, whatever the modes', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
  const rows = ROWS.map((text) => `${JSON.stringify({ text })}\n`);
  writeFileSync(join(cwd, 'rows.jsonl'), rows.join(''));
  const words = ['--no-latency', '--decode', 'greedy,lookup', '--ppl-data', 'rows.jsonl', '--json'];
  const scores = async () => {
    const { stdout } = await tiny(...words, '--dry-run');
    return dryRunSchema.parse(JSON.parse(stdout)).cells.map(({ units }) => units['scores']);
  };
  expect(await scores()).toEqual([{ asked: ROWS.length, present: 0 }, undefined]);
  const { stderr, exitCode } = await tiny(...words);
  expect(exitCode, stderr).toBe(0);
  expect(await scores()).toEqual([{ asked: ROWS.length, present: ROWS.length }, undefined]);
});

test('a dry run fetches no text, and says so', async () => {
  const { tiny } = await setUpTinyRun();
  const { stdout, stderr, exitCode } = await tiny('--dry-run', '--perplexity');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('perplexity: its text is not in the cache; a run fetches it');
  const offline = await tiny('--dry-run', '--perplexity', '--offline');
  expect(offline.exitCode).toBe(3);
});

test.each([
  [['--gate'], /nothing but the baseline/],
  [['--gate', '--limit', '3'], /nothing but the baseline/],
  [['--sequential'], /has no use without --gate/],
])('a dry run refuses a gate that could not decide: %j', async (words, message) => {
  const { humaneval } = await setUpTinyRun();
  const { stderr, exitCode } = await humaneval('--model', 'tiny.gguf', '--dry-run', ...words);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test('of a gate on models that are missing, a dry run checks what does not depend on them', async () => {
  const { humaneval } = await setUpTinyRun();
  const words = ['--base', 'tiny.gguf', '--model', 'q8,q4_0', '--dry-run', '--gate'];
  const whole = await humaneval(...words);
  expect(whole.exitCode, whole.stderr).toBe(0);
  expect(whole.stdout).toContain('checked when all models are present');
  expect((await humaneval(...words, '--max-drop', '1pp')).exitCode).toBe(2);
});
