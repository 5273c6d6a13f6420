import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/records/report.ts';
import { startCli } from '../fixtures/cli.ts';
import { killEngineOf } from '../fixtures/kill-engine.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

const TIMED = ['--latency-tasks', '2', '--latency-repeats', '2'] as const;

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

test('every mode of one model is a cell with quality, latency and, where it drafts, what drafting did', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  const modes = ['--decode', 'greedy,sample,assisted,lookup', '--draft', 'tiny.gguf'];
  const sampling = ['--samples', '2', '--k', '1,2'];
  const { exitCode, stdout, stderr } = await tiny(...modes, ...sampling, ...TIMED, '--json');
  expect(exitCode, stderr).toBe(0);
  const { cells, reference, latency } = reportSchema.parse(JSON.parse(stdout));
  expect(reference).toBe('tiny:f16/greedy');
  expect(latency).toMatchObject({ tasks: 2, repeats: 2, timings: 16, interleaved: 'cells' });
  expect(cells.map(({ id }) => id.split('/')[1])).toEqual([
    'greedy',
    'sample',
    'assisted',
    'lookup',
  ]);
  for (const cell of cells) {
    expect(cell).toMatchObject({
      ttftMs: { n: 2 },
      tpotMs: { n: 2 },
      prefillTokensPerSecond: { n: 2 },
      decodeTokensPerSecond: { n: 2 },
      speedup: { reference, ttft: { n: 2 }, tpot: { n: 2 } },
    });
  }
  expect(cells[3]?.decode).toEqual({ mode: 'lookup', maxDraft: 8, ngramMin: 2, ngramMax: 4 });
  expect(cells[1]?.passAt1).toMatchObject({ total: 6, samples: 2 });
  expect(Object.keys(cells[1]?.passAtK ?? {})).toEqual(['1', '2']);
  for (const cell of cells.slice(2)) {
    expect(cell).toMatchObject({
      draft: { n: 3 },
      agreement: { reference, n: 3, differing: [] },
    });
  }
  // The three tasks of three modes, and two samples of each.
  expect(lines(join(cwd, 'run', 'samples.jsonl'))).toHaveLength(15);
});

async function linesIn(path: string, count: number): Promise<void> {
  while (!existsSync(path) || lines(path).length < count) {
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}

test('an engine that dies while it times leaves quality as it is: exit 3, and the same command mends it', async () => {
  const { cwd, env, tiny } = await setUpTinyRun();
  const words = ['--latency-tasks', '3', '--latency-repeats', '40'];
  const started = startCli(
    ['humaneval', '--model', 'tiny.gguf', ...SHORT, '--out', 'run', ...words, '--json'],
    { cwd, env },
  );
  await linesIn(join(cwd, 'run', 'timings.jsonl'), 5);
  killEngineOf(started.pid);
  const { exitCode, stdout, stderr } = await started;
  expect(exitCode, stderr).toBe(3);
  expect(stderr).toMatch(/tiny:f16\/greedy: the engine .*SIGKILL/);
  const { status, cells } = reportSchema.parse(JSON.parse(stdout));
  expect(status).toBe('incomplete');
  expect(cells).toMatchObject([{ passAt1: { total: 3 } }]);
  expect((await tiny(...words)).exitCode).toBe(0);
});

test('killed while it times, the same command generates nothing again and times what is owed', async () => {
  const { cwd, env, tiny } = await setUpTinyRun();
  const words = ['--decode', 'greedy,lookup', '--latency-tasks', '3', '--latency-repeats', '40'];
  const started = startCli(
    ['humaneval', '--model', 'tiny.gguf', ...SHORT, '--out', 'run', ...words],
    { cwd, env },
  );
  const timings = join(cwd, 'run', 'timings.jsonl');
  await linesIn(timings, 5);
  started.kill('SIGKILL');
  await started;
  const completions = readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8');
  const kept = lines(timings);
  expect(kept.length).toBeLessThan(240);
  const resumed = await tiny(...words);
  expect(resumed.exitCode).toBe(0);
  expect(readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8')).toBe(completions);
  const all = lines(timings);
  // The last line may have been torn.
  expect(all.slice(0, kept.length - 1)).toEqual(kept.slice(0, -1));
  const keys = all.map((line) => String(JSON.parse(line).key));
  expect(new Set(keys).size).toBe(240);
  expect(keys).toHaveLength(240);
});

test('a draft of another vocabulary is refused before the run begins, by a dry run too', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  await makeTinyGguf(join(cwd, 'other.gguf'), { vocabulary: 'starcoder' });
  const words = ['--decode', 'greedy,assisted', '--draft', 'other.gguf'];
  for (const more of [[], ['--dry-run']]) {
    const { exitCode, stderr } = await tiny(...words, ...more);
    expect(stderr).toMatch(
      /other\.gguf: it cannot draft for this model: its tokenizer is gpt2\/starc/,
    );
    expect(exitCode).toBe(2);
    expect(existsSync(join(cwd, 'run'))).toBe(false);
  }
});

test.each([
  [['--decode', 'assisted'], /no draft is known for .*tiny\.gguf.*--draft.*--decode lookup/],
  [['--temperature', '1'], /--temperature 1 has no use with --decode greedy/],
  [['--flash', 'off', '--cache-type-v', 'f16,q8_0'], /--cache-type-v q8_0 needs flash attention/],
  [['--decode', 'lookup', '--max-draft', '65'], /--max-draft 65: must be at most 64/],
  [['--parallel', '257'], /--parallel 257: must be at most 256/],
  [['--decode', 'beam'], /--decode beam: must be one of greedy, sample, assisted, lookup/],
])('%j is refused in one line', async (words, message) => {
  const { cwd, humaneval } = await setUpTinyRun();
  const { exitCode, stderr } = await humaneval('--model', 'tiny.gguf', '--out', 'run', ...words);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(2);
  expect(existsSync(join(cwd, 'run'))).toBe(false);
});
