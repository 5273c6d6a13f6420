import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SHORT, setUpTinyRun } from '../fixtures/tiny-run.ts';

test.each([
  [['--model', 'q9_z'], 2, /no quantization is called q9_z; nearest: /],
  [
    ['--base', 'qwen2.5-coder-0.5', '--model', 'q8'],
    2,
    /no base is called qwen2\.5-coder-0\.5; nearest: qwen2\.5-coder-0\.5b/,
  ],
  [['--model', 'none.gguf'], 2, /none\.gguf/],
  [['--limit', '0'], 2, /--limit 0: must be a positive integer/],
  [['--tasks', 'HumanEval/164'], 2, /--tasks: no task 'HumanEval\/164'/],
  [['--tasks', '160-164'], 2, /160-164 is not a range of this data set, whose tasks are 0 to 163/],
  [['--prompt', 'raw', '--system', 'x'], 2, /--system x has no use with --prompt raw/],
  [['--instruction', 'none.txt'], 2, /--instruction none\.txt cannot be read/],
  [['--data', 'none.gz'], 2, /none\.gz cannot be read/],
  [['--data', 'tiny.gguf'], 2, /tiny\.gguf is not HumanEval\.jsonl\.gz: its sha256 is/],
  [['--python', '/bin/false'], 2, /--python \/bin\/false does not start a Python/],
  [['--ctx-size', '64'], 2, /the prompt of HumanEval\/\d+ has \d+ tokens.*raise --ctx-size/],
  [
    ['--suite', 'humaneval-js', '--python', 'python3'],
    2,
    /--python python3 has no use with samples in javascript: it is of python; leave it out/,
  ],
  [['--suite', 'humaneval-js', '--allow-package', 'numpy'], 2, /--allow-package numpy/],
  [['--min-pass', '-5%', '--gate'], 2, /--min-pass -5%: /],
  [['--suite', 'humanevl'], 2, /humanevl.*humaneval/],
  [['--colour', 'red'], 2, /evalkit humaneval has no option --colour; nearest: --/],
  [['--model', 'tiny.gguf,tiny.gguf'], 2, /--model names tiny\.gguf twice/],
])('%j is refused in one line with exit %i', async (words, code, message) => {
  const { cwd, humaneval } = await setUpTinyRun();
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
  const { cwd, tiny } = await setUpTinyRun();
  spoil(join(cwd, 'tiny.gguf'));
  const { exitCode, stderr } = await tiny();
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});

test('a model of an architecture that llama.cpp does not know is refused with exit 2', async () => {
  const { tiny } = await setUpTinyRun({ architecture: 'zebra' });
  const { exitCode, stderr } = await tiny();
  expect(stderr).toMatch(/^evalkit: .*tiny\.gguf.*zebra/m);
  expect(exitCode).toBe(2);
});

test('a run of other settings is refused, the difference named, and nothing is lost', async () => {
  const { cwd, tiny } = await setUpTinyRun();
  await tiny();
  const before = readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8');
  const { exitCode, stderr } = await tiny('--parallel', '3');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /other settings: cells\.0\.parallel is 16 in the folder, 3 in this command/,
  );
  expect(readFileSync(join(cwd, 'run', 'completions.jsonl'), 'utf8')).toBe(before);
  expect((await tiny('--parallel', '3', '--fresh')).exitCode).toBe(0);
});

test('an output folder that cannot be made is refused with exit 2', async () => {
  const { humaneval } = await setUpTinyRun();
  const words = ['--model', 'tiny.gguf', ...SHORT, '--out', 'tiny.gguf/run'];
  const { exitCode, stderr } = await humaneval(...words);
  expect(stderr).toMatch(/^evalkit: --out tiny\.gguf\/run: .* has a file where a folder must be; /);
  expect(exitCode).toBe(2);
});

test('offline, with nothing at hand, it says what each source answered and ends with 3', async () => {
  const { humaneval } = await setUpTinyRun();
  const { exitCode, stderr } = await humaneval('--model', 'q8', '--offline');
  expect(stderr).toMatch(/^evalkit: .*q8_0.*offline/m);
  expect(exitCode).toBe(3);
});

test('a stack trace comes with --debug alone', async () => {
  const { humaneval } = await setUpTinyRun();
  expect((await humaneval('--model', 'none.gguf', '--debug')).stderr).toMatch(/^\s+at /m);
});
