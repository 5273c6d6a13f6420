import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/records/report.ts';
import { sum } from 'simple-statistics';
import { readRun } from '../../src/store/run-store.ts';
import { runCli, startCli } from '../fixtures/cli.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { killEngineOf } from '../fixtures/kill-engine.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';
import { waitFor } from '../fixtures/wait-for.ts';

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

test('a run leaves records, reports and samples, prints the report and ends with 0', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  const { exitCode, stdout, stderr } = await tiny();
  expect(stderr).not.toContain('defect');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('HumanEval: 3 of 164 tasks, partial');
  expect(stdout).toMatch(/tiny:f16\/greedy +0\.0 % +0\.0 % to 56\.1 % +0 \/ 3/);
  const run = join(cwd, 'run');
  expect(readdirSync(run).toSorted()).toEqual([
    'completions.jsonl',
    'perplexity.json',
    'report.html',
    'report.json',
    'report.md',
    'run.json',
    'samples.jsonl',
    'sessions.jsonl',
    'timings.jsonl',
    'verdicts.jsonl',
  ]);
  const report = reportSchema.parse(JSON.parse(readFileSync(join(run, 'report.json'), 'utf8')));
  expect(report).toMatchObject({
    status: 'partial',
    sandbox: { level: expect.stringMatching(/^L[23]$/) },
    cells: [
      {
        model: 'tiny',
        quantization: 'f16',
        decode: { mode: 'greedy' },
        prompt: { mode: 'raw' },
        provenance: { kind: 'local' },
        passAt1: { passed: 0, total: 3, estimate: 0 },
      },
    ],
  });
  expect(lines(join(run, 'samples.jsonl')).map((line) => JSON.parse(line).task_id)).toEqual([
    'HumanEval/0',
    'HumanEval/1',
    'HumanEval/2',
  ]);
});

test('--json prints report.json on stdout and nothing else', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  const { exitCode, stdout } = await tiny('--json');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(readFileSync(join(cwd, 'run', 'report.json'), 'utf8'));
});

test('the same command prints a finished run again and generates nothing', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  const first = await tiny();
  const sessions = lines(join(cwd, 'run', 'sessions.jsonl'));
  const second = await tiny();
  expect(second.exitCode).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  expect(lines(join(cwd, 'run', 'sessions.jsonl'))).toEqual(sessions);
});

test('without --out the folder follows from the plan, and other settings get another', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  const words = ['--model', 'tiny.gguf', ...SHORT];
  await humaneval(...words);
  await humaneval(...words);
  await humaneval(...words, '--parallel', '2');
  expect(readdirSync(join(cwd, 'results'))).toHaveLength(2);
});

test('an instruct model is asked in chat form, with our wording or the user’s', async () => {
  const { cwd, humaneval } = await setUpTinyRun();
  writeFileSync(join(cwd, 'ask.txt'), 'Solve: {{prompt}}');
  const words = ['--model', 'tiny.gguf', '--limit', '1', '--max-tokens', '8', '--threads', '1'];
  const ours = await humaneval(...words, '--prompt', 'chat', '--json');
  expect(JSON.parse(ours.stdout).cells[0].prompt).toMatchObject({
    mode: 'chat',
    wording: 'evalkit-chat-1',
  });
  const own = await humaneval(...words, '--prompt', 'chat', '--instruction', 'ask.txt', '--json');
  expect(JSON.parse(own.stdout).cells[0].prompt).toMatchObject({
    wording: 'custom',
    instruction: 'Solve: {{prompt}}',
  });
});

test.each(['--base', '--quantize-from'])(
  'two quantizations made of the file that %s names are two cells, each with its provenance',
  async (name) => {
    const { cwd, humaneval } = await setUpTinyRun();
    const { exitCode, stdout } = await humaneval(
      name,
      'tiny.gguf',
      '--model',
      'q8,q4_0',
      ...SHORT,
      '--out',
      'run',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).cells).toMatchObject([
      { quantization: 'q8_0', provenance: { kind: 'quantized', from: { name: 'tiny.gguf' } } },
      { quantization: 'q4_0', provenance: { kind: 'quantized', from: { quantization: 'f16' } } },
    ]);
    expect(
      readdirSync(join(cwd, 'run')).filter((file) => file.startsWith('samples.')),
    ).toHaveLength(3);
  },
);

test('a model that is not a quantization cannot be made by --quantize-from', async () => {
  const { humaneval } = await setUpTinyRun();
  const words = ['--model', 'tiny.gguf', '--quantize-from', 'tiny.gguf'];
  const { exitCode, stderr } = await humaneval(...words, ...SHORT);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--model tiny\.gguf is not a quantization; with --quantize-from/);
});

test.each(['SIGINT', 'SIGKILL'] as const)(
  'after %s the same command goes on, repeats nothing and ends as if nothing had been',
  async (signal) => {
    const { cwd, env } = await setUpTinyRun();
    const words = ['humaneval', '--model', 'tiny.gguf', '--prompt', 'raw', '--threads', '1'];
    words.push('--max-tokens', '100', '--limit', '30', '--parallel', '1');
    const undisturbed = await runCli([...words, '--out', 'calm'], { cwd, env });
    expect(undisturbed.exitCode).toBe(0);
    const started = startCli([...words, '--out', 'run'], { cwd, env });
    const completions = join(cwd, 'run', 'completions.jsonl');
    await waitFor(() => existsSync(completions) && lines(completions).length >= 3);
    started.kill(signal);
    const ended = await started;
    expect(signal === 'SIGINT' ? ended.exitCode : ended.signal).toBe(
      signal === 'SIGINT' ? 130 : signal,
    );
    const kept = lines(completions);
    expect(kept.length).toBeLessThan(30);
    const resumed = await runCli([...words, '--out', 'run'], { cwd, env });
    expect(resumed.exitCode).toBe(0);
    expect(lines(completions).slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
    const calm = readFileSync(join(cwd, 'calm', 'completions.jsonl'), 'utf8');
    expect(readFileSync(completions, 'utf8')).toBe(calm);
    // The figures are those of the whole cell, the part before the interruption included.
    const [before, after] = [await generationIn('calm'), await generationIn('run')];
    const { newTokens, promptTokens } = before;
    expect(after).toMatchObject({ newTokens, promptTokens, sessions: 2, interrupted: 1 });
    expect(after.covers).toBeUndefined();
    const sessions = readRun(join(cwd, 'run')).sessions.filter(({ pass }) => pass === 'quality');
    expect(after.wallMs).toBe(sum(sessions.map(({ wallMs }) => wallMs)));
    expect(sessions[0]?.wallMs).toBeGreaterThan(0);
    expect(after.tokensPerSecond).toBeCloseTo(((newTokens ?? 0) / after.wallMs) * 1_000);
    const { stdout } = await runCli(['report', 'run', '--details'], { cwd, env });
    expect(stdout).toContain('2 sessions, 1 cut short (counted up to the last completion)');

    async function generationIn(folder: string) {
      const { stdout: json } = await runCli(['report', folder, '--json'], { cwd, env });
      const [cell] = reportSchema.parse(JSON.parse(json)).cells;
      if (cell === undefined || 'notRun' in cell.generation) {
        throw new Error('no generation');
      }
      return cell.generation;
    }
  },
);

test('an engine that dies is infrastructure: exit 3, and the same command mends it', async () => {
  const { cwd, env } = await setUpTinyRun();
  const words = ['humaneval', '--model', 'tiny.gguf', '--prompt', 'raw', '--threads', '1'];
  words.push('--max-tokens', '100', '--limit', '30', '--parallel', '1', '--out', 'run');
  const started = startCli(words, { cwd, env });
  const completions = join(cwd, 'run', 'completions.jsonl');
  await waitFor(() => existsSync(completions) && lines(completions).length >= 3);
  killEngineOf(started.pid);
  const ended = await started;
  expect(ended.exitCode).toBe(3);
  expect(ended.stdout).toContain('incomplete');
  expect(ended.stderr).toMatch(/warning: tiny:f16\/greedy: the engine .*SIGKILL/);
  expect((await runCli(words, { cwd, env })).exitCode).toBe(0);
});

test('a finished run is reported again from its records alone, in each format', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  const { stdout } = await tiny();
  const report = (...words: string[]) => runCli(['report', 'run', ...words], { cwd });
  expect((await report()).stdout).toBe(stdout);
  for (const [format, file] of [
    ['json', 'report.json'],
    ['md', 'report.md'],
  ] as const) {
    const again = await report('--format', format);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toBe(readFileSync(join(cwd, 'run', file), 'utf8'));
  }
});

test.each([
  [['report', 'nowhere'], /no run in .*nowhere/],
  [['report', 'run', '--format', 'pdf'], /format/],
  [['report'], /run|argument/],
  [['repotr', 'x'], /report|repotr/],
  [[], /no command given/],
])('%j is refused in one line with exit 2', async (words, message) => {
  const cwd = temporaryFolder();
  await mkdir(join(cwd, 'run'));
  const { exitCode, stderr } = await runCli(words, { cwd });
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(2);
});
