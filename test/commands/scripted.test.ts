import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/records/report.ts';
import { verdictSchema } from '../../src/records/verdict.ts';
import { runCli } from '../fixtures/cli.ts';
import { humanevalTasks } from '../fixtures/humaneval.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

const OWN = {
  task_id: 'Own/0',
  prompt: 'def double(x):\n',
  entry_point: 'double',
  canonical_solution: '    return 2 * x\n',
};

/** Recorded completions: the first task's own solution, and one that is wrong. */
async function setUp() {
  const { cwd, env, humaneval } = await setUpTinyRun();
  const [first, second] = await humanevalTasks();
  const lines = [
    { task_id: first?.taskId, completion: first?.canonicalSolution },
    { task_id: second?.taskId, completion: '    return None\n' },
  ];
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(join(cwd, 'samples.jsonl'), text);
  const run = (...words: string[]) =>
    humaneval('--model', 'scripted:samples.jsonl', '--prompt', 'raw', '--out', 'run', ...words);
  return { cwd, env, humaneval, run };
}

test('recorded completions are judged, and what their engine cannot do is not run, with its reason', async () => {
  const { run } = await setUp();
  const { stdout, stderr, exitCode } = await run('--limit', '2', '--json');
  expect(exitCode, stderr).toBe(0);
  const { cells, versions, latency, warnings } = reportSchema.parse(JSON.parse(stdout));
  expect(versions.engine).toBe('scripted 1');
  expect(latency).toEqual({ notRun: 'the engine scripted does not time single completions' });
  expect(warnings.join()).not.toContain('latency');
  expect(cells).toMatchObject([
    {
      id: 'samples:scripted/greedy',
      passAt1: { passed: 1, total: 2 },
      ttftMs: { notRun: 'the engine scripted does not time single completions' },
      perplexity: { notRun: 'the engine scripted does not show tokens' },
    },
  ]);
  // No figure where none is known.
  expect(cells[0]?.generation).toMatchObject({ parallel: 16 });
  for (const unknown of ['threads', 'newTokens', 'tokensPerSecond']) {
    expect(cells[0]?.generation).not.toHaveProperty(unknown);
  }
});

test('recorded completions stand beside a model in one run', async () => {
  const { humaneval } = await setUp();
  const { stdout, stderr, exitCode } = await humaneval(
    '--model',
    'tiny.gguf,scripted:samples.jsonl',
    '--prompt',
    'raw',
    '--threads',
    '1',
    '--limit',
    '1',
    '--max-tokens',
    '8',
    '--latency-tasks',
    '1',
    '--latency-repeats',
    '1',
    '--no-perplexity',
    '--out',
    'both',
    '--json',
  );
  expect(exitCode, stderr).toBe(0);
  const { cells } = reportSchema.parse(JSON.parse(stdout));
  expect(cells.map(({ id }) => id)).toEqual(['tiny:f16/greedy', 'samples:scripted/greedy']);
  expect(cells[0]?.ttftMs).toHaveProperty('n', 1);
  expect(cells[1]?.ttftMs).toHaveProperty('notRun');
});

test('what cells agree on is judged once', async () => {
  const { cwd, humaneval } = await setUp();
  const path = (name: string) => join(cwd, name);
  const wrong = readFileSync(path('samples.jsonl'), 'utf8').replace('None', 'False');
  writeFileSync(path('other.jsonl'), wrong);
  const both = ['--model', 'scripted:samples.jsonl,scripted:other.jsonl', '--prompt', 'raw'];
  const { stderr, exitCode } = await humaneval(...both, '--limit', '2', '--out', 'both');
  expect(exitCode, stderr).toBe(0);
  const lines = readFileSync(path('both/verdicts.jsonl'), 'utf8').trim().split('\n');
  const verdicts = lines.map((line) => verdictSchema.parse(JSON.parse(line)));
  // Of samples that agree only the one that ran has a time.
  expect(verdicts.map(({ outcome, judgingMs }) => [outcome.kind, judgingMs !== undefined])).toEqual(
    [
      ['passed', true],
      ['failed', true],
      ['passed', false],
      ['failed', true],
    ],
  );
});

test('--limit beyond the tasks says how many there are', async () => {
  const { cwd, run } = await setUp();
  const task = { ...OWN, test: 'def check(candidate):\n    assert candidate(2) == 4\n' };
  writeFileSync(join(cwd, 'own.jsonl'), `${JSON.stringify(task)}\n`);
  const sample = { task_id: task.task_id, completion: task.canonical_solution };
  writeFileSync(join(cwd, 'samples.jsonl'), `${JSON.stringify(sample)}\n`);
  const { exitCode, stderr } = await run('--data', 'own.jsonl', '--limit', '500', '--json');
  expect(stderr).toContain('--limit 500: 1 task of own.jsonl is there, and all are asked');
  expect(exitCode, stderr).toBe(0);
});

test('what only another engine can do is refused before anything is generated', async () => {
  const { run, cwd, env } = await setUp();
  expect(await run('--limit', '2', '--decode', 'lookup')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('the engine scripted takes no drafts; choose another --decode'),
  });
  const bench = await runCli(['bench', '--model', 'scripted:samples.jsonl'], { cwd, env });
  expect(bench).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('does not run fixed lengths'),
  });
  expect(await run('--limit', '3', '--fresh')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('has no completion of HumanEval/2'),
  });
});
