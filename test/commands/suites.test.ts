import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSuite } from '../../src/suites/index.ts';
import { runCli } from '../fixtures/cli.ts';
import { suitePath } from '../fixtures/suite-data.ts';
import { makeTinyGguf } from '../fixtures/tiny-gguf.ts';

const SUITES = ['humaneval', 'humaneval+', 'mbpp+'];
const FILES = new Map<string, string>();
for (const name of SUITES) {
  FILES.set(name, await suitePath(findSuite(name)));
}

// One run for all tests, which only read it or ask for it again.
const cwd = mkdtempSync(join(tmpdir(), 'evalkit-test-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

function evalkit(...words: string[]) {
  return runCli(words, { cwd });
}

function humaneval(suites: readonly string[], ...words: string[]) {
  const data = suites.flatMap((name) => ['--data', FILES.get(name) ?? name]);
  const models = ['--model', 'tiny.gguf,other.gguf', '--prompt', 'raw', '--threads', '1'];
  const short = ['--max-tokens', '8', '--no-perplexity', '--no-latency'];
  return evalkit('humaneval', '--suite', suites.join(), ...data, ...models, ...short, ...words);
}

function linesOf(...path: string[]): Record<string, unknown>[] {
  const file = join(cwd, ...path);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** Completions that engines were asked for. */
function requestsIn(suite: string): number {
  const sessions = linesOf('run', suite, 'sessions.jsonl').filter(({ isOpen }) => isOpen !== true);
  return sessions.reduce((sum, { completions }) => sum + Number(completions), 0);
}

let first: Awaited<ReturnType<typeof evalkit>>;

beforeAll(async () => {
  await makeTinyGguf(join(cwd, 'tiny.gguf'));
  await makeTinyGguf(join(cwd, 'other.gguf'), { seed: 2 });
  first = await humaneval(SUITES, '--limit', '2', '--out', 'run', '--json');
}, 60_000);

test('what two suites ask in the same words is generated once', () => {
  expect(first.exitCode, first.stderr).toBe(0);
  expect(SUITES.map(requestsIn)).toEqual([4, 0, 4]);
  const [own, taken] = ['humaneval', 'humaneval+'].map((suite) =>
    linesOf('run', suite, 'completions.jsonl'),
  );
  const textsOf = (lines: typeof own = []) => lines.map(({ key, text }) => [key, text].join(' '));
  expect(textsOf(taken).toSorted()).toEqual(textsOf(own).toSorted());
  expect(taken?.every(({ takenFrom }) => takenFrom === 'humaneval')).toBe(true);
  expect(linesOf('run/humaneval+/verdicts.jsonl')).toHaveLength(4);
});

test('one report has a column a suite, and each suite is a run that every command reads', async () => {
  expect(Object.keys(JSON.parse(first.stdout).suites)).toEqual(SUITES);
  const { stdout } = await evalkit('report', 'run', '--details');
  expect(stdout).toMatch(
    /pass@1 % +humaneval +humaneval\+ base +humaneval\+ plus +mbpp\+ base +mbpp\+ plus/,
  );
  expect(stdout).toContain('generation: not run: its completions are those of humaneval');
  const junit = await evalkit('report', 'run', '--format', 'junit');
  expect(junit.stdout).toContain('<testsuite name="mbpp+: other:f16/greedy"');
  const csv = await evalkit('report', 'run', '--format', 'csv');
  expect(csv.stdout).toMatch(/^suite,plan,cell/);
  const one = await evalkit('report', 'run/humaneval+', '--json');
  expect(JSON.parse(one.stdout).dataset.suite.name).toBe('humaneval+');
});

test('the same command does nothing again, and an interrupted one goes on where it was', async () => {
  const again = await humaneval(SUITES, '--limit', '2', '--out', 'run');
  expect(again.exitCode).toBe(0);
  expect(again.stderr).not.toContain('generating');
  rmSync(join(cwd, 'run/humaneval+'), { recursive: true });
  const resumed = await humaneval(SUITES, '--limit', '2', '--out', 'run');
  expect(resumed.stderr).not.toContain('generating');
  expect(linesOf('run/humaneval+/verdicts.jsonl')).toHaveLength(4);
});

test('a gate and a comparison on several suites say of each what they find', async () => {
  const gated = await evalkit('gate', 'run', '--max-drop', '90pp', '--json');
  expect(gated.exitCode).toBe(4);
  const { suites, verdict } = JSON.parse(gated.stdout);
  expect(verdict).toBe('inconclusive');
  expect(Object.keys(suites)).toEqual(SUITES);
  const compared = await evalkit('compare', 'run');
  expect(compared.stdout).toMatch(/suite +candidate[^]*mbpp\+ +other:f16\/greedy/);
  const dry = await humaneval(SUITES, '--limit', '3', '--dry-run');
  expect(dry.stdout).toMatch(/humaneval\+ +3 of 164 +0 +6/);
});

test.each([
  [
    ['compare', 'run/mbpp+', 'run'],
    /run\/mbpp\+ holds one suite, and the run 3 \(humaneval, humaneval\+, mbpp\+\)/,
  ],
  [
    ['gate', 'run/mbpp+', '--baseline', 'run'],
    /name one of them: run\/humaneval, run\/humaneval\+/,
  ],
  [
    ['show', 'run', 'HumanEval/0'],
    /run holds runs of several suites of evalkit humaneval; name one of them/,
  ],
  [
    ['humaneval', '--suite', 'humaneval,humaneval', '--model', 'tiny.gguf'],
    /--suite humaneval,humaneval: must not repeat a value: humaneval/,
  ],
  [
    ['humaneval', '--suite', 'humaneval,mbpp', '--model', 'tiny.gguf'],
    /--suite mbpp: there is no suite of that name; nearest: mbpp\+/,
  ],
  [
    ['humaneval', '--suite', 'humaneval+,mbpp+', '--data', 'tiny.gguf', '--model', 'tiny.gguf'],
    /--data tiny\.gguf is no file of a suite, and the suites are humaneval\+, mbpp\+/,
  ],
])('%j is refused in one line', async (words, message) => {
  const { exitCode, stderr } = await evalkit(...words);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(exitCode).toBe(2);
});

test('a folder of several suites is no place for other ones', async () => {
  const { exitCode, stderr } = await humaneval(
    ['humaneval', 'mbpp+'],
    '--limit',
    '2',
    '--out',
    'run',
  );
  expect(stderr).toMatch(
    /holds other runs of several suites|suites\.1\.name is "humaneval\+" in the folder, "mbpp\+"/,
  );
  expect(exitCode).toBe(2);
  const single = await humaneval(['humaneval'], '--limit', '2', '--out', 'run');
  expect(single.stderr).toContain('holds runs of several suites of evalkit humaneval');
  expect(single.exitCode).toBe(2);
});

test('shards and stages are of several suites too: merged and judged they are the run of one machine', async () => {
  const common = ['--limit', '4', '--parallel', '1', '--test-seed', 'one'];
  const one = ['humaneval', 'mbpp+'];
  for (const index of [1, 2]) {
    const words = ['--shard', `${index}/2`, '--out', `shards/${index}`];
    const shard = await humaneval(one, ...common, '--only', 'generate', ...words);
    expect(shard.exitCode, shard.stderr).toBe(0);
    expect(shard.stdout).toContain('shard');
  }
  const other = await humaneval(one, ...common, '--shard', '2/2', '--out', 'shards/1');
  expect([other.exitCode, other.stderr]).toEqual([
    2,
    expect.stringContaining('holds shard 1/2 of this run, and this command makes shard 2/2'),
  ]);
  const gated = await evalkit('compare', 'shards/1');
  expect([gated.exitCode, gated.stderr]).toEqual([3, expect.stringContaining('no whole run')]);

  const part = await evalkit('merge', 'shards/2', '--out', 'part');
  expect(part.exitCode).toBe(3);
  for (const suite of one) {
    expect(part.stderr).toContain(`${suite}: shard 1/2 is not among the folders`);
  }
  const merged = await evalkit('merge', 'shards/1', 'shards/2', '--out', 'merged');
  expect([merged.exitCode, merged.stderr]).toEqual([3, expect.stringContaining('mbpp+: shard')]);
  expect(await evalkit('judge', 'merged', '--suite', 'mbpp+')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--suite is of one suite, and merged has 2; name one of them'),
  });
  mkdirSync(join(cwd, 'cache/datasets'), { recursive: true });
  for (const file of one.map((suite) => FILES.get(suite) ?? '')) {
    copyFileSync(file, join(cwd, 'cache/datasets', basename(file)));
  }
  const judged = await runCli(['judge', 'merged', '--test-seed', 'one'], {
    cwd,
    env: { EVALKIT_CACHE: join(cwd, 'cache'), EVALKIT_DATA: FILES.get('humaneval') ?? '' },
  });
  expect(judged.exitCode, judged.stderr).toBe(0);
  expect((await humaneval(one, ...common, '--out', 'whole')).exitCode).toBe(0);
  for (const suite of one) {
    const textsOf = (run: string) =>
      linesOf(run, suite, 'completions.jsonl').map(({ key, text }) => [key, text]);
    const outcomesOf = (run: string) =>
      linesOf(run, suite, 'verdicts.jsonl')
        .map(({ completionKey, outcome }) => JSON.stringify([completionKey, outcome]))
        .toSorted();
    expect(textsOf('merged')).toEqual(textsOf('whole'));
    expect(outcomesOf('merged')).toEqual(outcomesOf('whole'));
  }
  // It is a run as any other: merging into it again keeps what its owner put there.
  const again = await evalkit('merge', 'shards/1', 'shards/2', '--out', 'merged', '--fresh');
  expect(again.exitCode).toBe(3);
  const resumed = await humaneval(one, ...common, '--out', 'merged');
  expect(resumed.exitCode, resumed.stderr).toBe(0);
  expect(resumed.stderr).not.toContain('generating');
});
