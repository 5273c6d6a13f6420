import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportSchema } from '../../src/records/report.ts';
import { runCli, startCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

const DATA = await humanevalPath();

/** A folder with a tiny model in it, and how to run the command there. */
async function setUp(options?: Parameters<typeof makeTinyGguf>[1]) {
  const cwd = temporaryFolder();
  await makeTinyGguf(join(cwd, 'tiny.gguf'), options);
  const env = { EVALKIT_DATA: DATA };
  const humaneval = (...words: string[]) => runCli(['humaneval', ...words], { cwd, env });
  /** The tiny model on three tasks, in a folder of a known name. */
  const tiny = (...words: string[]) =>
    humaneval('--model', 'tiny.gguf', ...SHORT, '--out', 'run', ...words);
  return { cwd, env, humaneval, tiny };
}

const SHORT = ['--prompt', 'raw', '--max-tokens', '24', '--limit', '3', '--threads', '1'];

function lines(path: string): string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n');
}

test('a run leaves records, reports and samples, prints the report and ends with 0', async () => {
  const { cwd, tiny } = await setUp();
  const { exitCode, stdout, stderr } = await tiny();
  expect(stderr).not.toContain('defect');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('HumanEval: 3 of 164 tasks, partial');
  expect(stdout).toMatch(/tiny:f16\/greedy +0\.0 % +0\.0 % to 56\.1 % +0 \/ 3/);
  const run = join(cwd, 'run');
  expect(readdirSync(run).toSorted()).toEqual([
    'completions.jsonl',
    'incidents.jsonl',
    'report.json',
    'report.md',
    'run.json',
    'samples.jsonl',
    'sessions.jsonl',
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
  const { cwd, tiny } = await setUp();
  const { exitCode, stdout } = await tiny('--json');
  expect(exitCode).toBe(0);
  expect(stdout).toBe(readFileSync(join(cwd, 'run', 'report.json'), 'utf8'));
});

test('the same command prints a finished run again and generates nothing', async () => {
  const { cwd, tiny } = await setUp();
  const first = await tiny();
  const sessions = lines(join(cwd, 'run', 'sessions.jsonl'));
  const second = await tiny();
  expect(second.exitCode).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  expect(lines(join(cwd, 'run', 'sessions.jsonl'))).toEqual(sessions);
});

test('without --out the folder follows from the plan, and other settings get another', async () => {
  const { cwd, humaneval } = await setUp();
  const words = ['--model', 'tiny.gguf', ...SHORT];
  await humaneval(...words);
  await humaneval(...words);
  await humaneval(...words, '--parallel', '2');
  expect(readdirSync(join(cwd, 'results'))).toHaveLength(2);
});

test('an instruct model is asked in chat form, with our wording or the user’s', async () => {
  const { cwd, humaneval } = await setUp();
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

test('two quantizations made on demand are two cells, each with its provenance', async () => {
  const { cwd, humaneval } = await setUp();
  const { exitCode, stdout } = await humaneval(
    '--base',
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
  expect(readdirSync(join(cwd, 'run')).filter((name) => name.startsWith('samples.'))).toHaveLength(
    3,
  );
});

test.each(['SIGINT', 'SIGKILL'] as const)(
  'after %s the same command goes on, repeats nothing and ends as if nothing had been',
  async (signal) => {
    const { cwd, env } = await setUp();
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
  },
);

async function waitFor(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}

test('an engine that dies is infrastructure: exit 3, and the same command mends it', async () => {
  const { cwd, env } = await setUp();
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

function killEngineOf(pid: number | undefined): void {
  const engines = readdirSync('/proc').filter((name) => {
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8');
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      return command.includes('engine-child') && status.includes(`PPid:\t${pid}\n`);
    } catch {
      return false;
    }
  });
  expect(engines).toHaveLength(1);
  process.kill(Number(engines[0]), 'SIGKILL');
}

test.each([
  [['--model', 'q9_z'], 2, /no quantization is called q9_z; nearest: /],
  [
    ['--base', 'qwen2.5-coder-0.5', '--model', 'q8'],
    2,
    /no base is called qwen2\.5-coder-0\.5; nearest: qwen2\.5-coder-0\.5b/,
  ],
  [['--model', 'none.gguf'], 2, /none\.gguf/],
  [['--limit', '0'], 2, /--limit 0: is no whole number above 0/],
  [['--tasks', 'HumanEval/164'], 2, /--tasks: no task 'HumanEval\/164'/],
  [['--tasks', '160-164'], 2, /160-164 is no range of this data set, whose tasks are 0 to 163/],
  [['--prompt', 'raw', '--system', 'x'], 2, /--system is for chat prompts/],
  [['--instruction', 'none.txt'], 2, /--instruction none\.txt cannot be read/],
  [['--data', 'none.gz'], 2, /none\.gz cannot be read/],
  [['--data', 'tiny.gguf'], 2, /tiny\.gguf is not HumanEval\.jsonl\.gz: its sha256 is/],
  [['--python', '/bin/false'], 2, /--python \/bin\/false does not start a Python/],
  [['--ctx-size', '64'], 2, /the prompt of HumanEval\/\d+ has \d+ tokens.*raise --ctx-size/],
  [['--colour', 'red'], 2, /Unknown argument: colour/],
  [['--model', 'tiny.gguf,tiny.gguf'], 2, /names tiny:f16\/greedy twice/],
])('%j is refused in one line with exit %i', async (words, code, message) => {
  const { cwd, humaneval } = await setUp();
  const model = words.includes('--model') ? [] : ['--model', 'tiny.gguf'];
  const prompt = words.includes('--prompt') ? [] : ['--prompt', 'chat'];
  const { exitCode, stdout, stderr } = await humaneval(...model, ...prompt, ...words);
  const said = stderr.split('\n').filter((line) => line.startsWith('evalkit:'));
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(exitCode).toBe(code);
  expect(stdout).toBe('');
  expect(existsSync(join(cwd, 'run', 'report.json'))).toBe(false);
});

test.each([
  ['truncated', (path: string) => truncateSync(path, 1_000_000), /tiny\.gguf.*truncated/],
  ['garbage', (path: string) => writeFileSync(path, 'x'.repeat(5_000)), /tiny\.gguf/],
  ['empty', (path: string) => truncateSync(path, 0), /tiny\.gguf/],
])('a %s model is refused with exit 2', async (_, spoil, message) => {
  const { cwd, tiny } = await setUp();
  spoil(join(cwd, 'tiny.gguf'));
  const { exitCode, stderr } = await tiny();
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test('a model of an architecture that llama.cpp does not know is refused with exit 2', async () => {
  const { tiny } = await setUp({ architecture: 'zebra' });
  const { exitCode, stderr } = await tiny();
  expect(stderr).toMatch(/^evalkit: .*tiny\.gguf.*zebra/m);
  expect(exitCode).toBe(2);
});

test('a run of other settings is refused, the difference named, and nothing is lost', async () => {
  const { cwd, tiny } = await setUp();
  await tiny();
  const before = readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8');
  const { exitCode, stderr } = await tiny('--parallel', '3');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/other settings: cells\.0\.settings\.parallel is 16 there and 3 here/);
  expect(readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8')).toBe(before);
  expect((await tiny('--parallel', '3', '--fresh')).exitCode).toBe(0);
});

test('an output folder that cannot be made is exit 3', async () => {
  const { humaneval } = await setUp();
  const words = ['--model', 'tiny.gguf', ...SHORT, '--out', 'tiny.gguf/run'];
  const { exitCode, stderr } = await humaneval(...words);
  expect(stderr).toMatch(/cannot create the run's folder .*tiny\.gguf\/run/);
  expect(exitCode).toBe(3);
});

test('offline, with nothing at hand, it says what each source answered and ends with 3', async () => {
  const { humaneval } = await setUp();
  const { exitCode, stderr } = await humaneval('--model', 'q8', '--offline');
  expect(stderr).toMatch(/^evalkit: .*q8_0.*offline/m);
  expect(exitCode).toBe(3);
});

test('a stack trace comes with --debug alone', async () => {
  const { humaneval } = await setUp();
  expect((await humaneval('--model', 'none.gguf', '--debug')).stderr).toMatch(/^\s+at /m);
});

test('a finished run is reported again from its records alone, in each format', async () => {
  const { cwd, tiny } = await setUp();
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
