import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { BIN, runCli } from '../fixtures/cli.ts';
import { humanevalPath, humanevalTasks } from '../fixtures/humaneval.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const DATA = await humanevalPath();
const [TASK] = await humanevalTasks();
const SAMPLE = `${JSON.stringify({ task_id: TASK?.taskId, completion: TASK?.canonicalSolution })}\n`;
const isRoot = process.getuid?.() === 0;

function setUp(config?: string) {
  const cwd = join(temporaryFolder(), 'work');
  mkdirSync(join(cwd, 'folder'), { recursive: true });
  writeFileSync(join(cwd, 'samples.jsonl'), SAMPLE);
  writeRun(
    join(cwd, 'run'),
    recordedRun([
      { cell: greedyCell('f16'), passes: failing(60) },
      { cell: greedyCell('q8_0'), passes: failing(60) },
    ]),
  );
  if (config !== undefined) {
    writeFileSync(join(cwd, 'evalkit.config.yaml'), config);
  }
  const before = readdirSync(cwd);
  const evalkit = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCli(words, { cwd, env: { EVALKIT_DATA: DATA, ...env } });
  return { cwd, evalkit, isAsBefore: () => expect(readdirSync(cwd)).toEqual(before) };
}

/** Every command that writes a file, up to the file's name. */
const WRITERS = {
  'judge --out': ['judge', 'samples.jsonl', '--out'],
  'judge --output': ['judge', 'samples.jsonl', '--output'],
  'report --output': ['report', 'run', '--output'],
  'gate --output': ['gate', 'run', '--output'],
  'gate --junit': ['gate', 'run', '--junit'],
  'compare --output': ['compare', 'run', '--output'],
  'baseline write --out': ['baseline', 'write', 'run#tiny:f16/greedy', '--out'],
} as const;

test.runIf(isRoot).each(Object.entries(WRITERS))(
  '%s leaves a device a device',
  async (_, words) => {
    const { cwd, evalkit } = setUp();
    const device = join(cwd, 'null');
    execFileSync('mknod', [device, 'c', '1', '3']);
    const { exitCode, stderr } = await evalkit([...words, 'null']);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(statSync(device).isCharacterDevice()).toBe(true);
  },
);

test.each(Object.entries(WRITERS))('%s follows a link, which stays', async (_, words) => {
  const { cwd, evalkit } = setUp();
  symlinkSync('folder/target', join(cwd, 'link'));
  expect((await evalkit([...words, 'link'])).exitCode).toBe(0);
  expect(lstatSync(join(cwd, 'link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(cwd, 'folder', 'target'), 'utf8')).not.toBe('');
});

test.each(Object.entries(WRITERS))(
  '%s refuses a folder at once and leaves nothing',
  async (_, words) => {
    const { evalkit, isAsBefore } = setUp();
    const { exitCode, stdout, stderr } = await evalkit([...words, 'folder']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^evalkit: --\w+ folder: \S+ is a folder; name another file\n$/);
    isAsBefore();
  },
);

test.each([
  [['judge', 'samples.jsonl', '--out', 'samples.jsonl'], 'the file that samples reads'],
  [['judge', 'samples.jsonl', '--output', 'samples.jsonl'], 'the file that samples reads'],
  [['judge', 'samples.jsonl', '--out', DATA], 'the file that EVALKIT_DATA names'],
  [['judge', 'samples.jsonl', '--out', 'o', '--output', './o'], 'the file that --out writes'],
  [['gate', 'run', '--output', 'o', '--junit', 'o'], 'the file that --'],
  [['report', 'run', '--output', 'run/completions.jsonl'], 'a record of the run'],
  [['compare', 'run', '--output', 'run/run.json'], 'a record of the run'],
  [['judge', 'samples.jsonl', '--out', 'new/'], 'is the name of a folder'],
  [['judge', 'samples.jsonl', '--out', 'missing/o'], 'a folder that does not exist'],
  [['judge', 'samples.jsonl', '--out', 'samples.jsonl/o'], 'a file where a folder must be'],
  [['judge', 'samples.jsonl', '--out', 'x'.repeat(300)], 'too long a name'],
  [['judge', 'samples.jsonl', '--out', '/proc/x'], 'takes no files'],
  [['judge', 'samples.jsonl', '--run', '/proc/x'], 'takes no files'],
  [['judge', 'samples.jsonl', '--run', 'samples.jsonl'], 'is no folder'],
  [['humaneval', '--model', 'q8', '--offline', '--out', '/proc/x'], 'takes no files'],
  [['quantize', '--model', 'q8_0', '--offline', '--out', '/proc/x/y'], 'takes no files'],
  [['bench', '--model', 'q8', '--offline', '--out', 'samples.jsonl'], 'is no folder'],
  [['judge', 'samples.jsonl', '--out', 'new', '--run', 'new'], 'the folder goes that --run writes'],
  [['judge', 'samples.jsonl', '--out', 'new', '--run', 'new/er'], 'folder goes that --run writes'],
])('%j is refused before anything is done', async (words, reason) => {
  const { evalkit, isAsBefore } = setUp();
  const { exitCode, stdout, stderr } = await evalkit(words);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(reason);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  isAsBefore();
});

test('what goes to /dev/stdout comes before the report, also where that is a file', async () => {
  const { cwd } = setUp();
  const words = [BIN, 'judge', 'samples.jsonl', '--out', '/dev/stdout'];
  const { stdout } = await execa(process.execPath, words, {
    cwd,
    env: { EVALKIT_DATA: DATA },
    stdout: ['pipe', { file: join(cwd, 'all') }],
  });
  expect(stdout).toMatch(/^\{"task_id":.*"passed":true.*\}\nHumanEval: 1 sample of/);
});

test.each(['absent', 'samples.jsonl'])(
  'an unusable TMPDIR (%s) ends a command at once',
  async (name) => {
    const { cwd, evalkit } = setUp();
    const { exitCode, stderr } = await evalkit(['judge', 'samples.jsonl'], {
      TMPDIR: join(cwd, name),
    });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^evalkit: .*TMPDIR\n$/);
  },
);

test.each(['<(cat samples.jsonl) --out o', '/dev/stdin --out o < <(cat samples.jsonl)'])(
  'judge %s judges every sample',
  async (words) => {
    const { cwd } = setUp();
    const { exitCode } = await execa(
      'bash',
      ['-c', `"$0" "$1" judge ${words}`, process.execPath, BIN],
      { cwd, env: { EVALKIT_DATA: DATA }, reject: false },
    );
    expect(exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'o'), 'utf8')).toMatch(/^\{"task_id":.*"passed":true.*\}\n$/);
  },
);

test('a pipe gives its samples no name for their results', async () => {
  const { cwd } = setUp();
  const command = `"$0" "$1" judge <(cat samples.jsonl)`;
  const { exitCode, stderr } = await execa('bash', ['-c', command, process.execPath, BIN], {
    cwd,
    env: { EVALKIT_DATA: DATA },
    reject: false,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain('name one with --out');
});

test.each([
  ['judge: {out: ../outside}', 'judge.out'],
  ['judge: {output: /tmp/outside}', 'judge.output'],
  ['judge: {out: folder/../../outside}', 'judge.out'],
  ['judge: {out: out-of-here/outside}', 'judge.out'],
  ['judge: {out: link}', 'judge.out'],
  ['judge: {out: /dev/stdout}', 'judge.out'],
  ['judge: {run: ../outside}', 'judge.run'],
])('a config file names nothing outside of its folder: %s', async (config, place) => {
  const { cwd, evalkit } = setUp(config);
  symlinkSync('..', join(cwd, 'out-of-here'));
  symlinkSync('../outside', join(cwd, 'link'));
  const { exitCode, stdout, stderr } = await evalkit(['judge', 'samples.jsonl']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('leads out of the folder of the config file');
  expect(stderr).toContain(`evalkit.config.yaml:1: ${place}`);
  expect(readdirSync(join(cwd, '..'))).toEqual(['work']);
});

test.each(['.git/hooks/post-checkout', 'way/config'])(
  'a config file names nothing in the repository itself: %s',
  async (out) => {
    const { cwd, evalkit } = setUp(`judge: {out: ${out}}`);
    mkdirSync(join(cwd, '.git', 'hooks'), { recursive: true });
    symlinkSync('.git', join(cwd, 'way'));
    const { exitCode, stderr } = await evalkit(['judge', 'samples.jsonl']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('leads into .git');
  },
);

test('what a config file names within its folder is written, and a flag goes anywhere', async () => {
  const { cwd, evalkit } = setUp('judge: {out: folder/o}');
  expect((await evalkit(['judge', 'samples.jsonl'])).exitCode).toBe(0);
  expect(readdirSync(join(cwd, 'folder'))).toEqual(['o']);
  expect((await evalkit(['judge', 'samples.jsonl', '--out', '../o'])).exitCode).toBe(0);
  expect(readdirSync(join(cwd, '..'))).toEqual(['o', 'work']);
});

test('the default name of the results is looked at like one that is given', async () => {
  const { cwd, evalkit } = setUp();
  mkdirSync(join(cwd, 'samples.jsonl_results.jsonl'));
  const { exitCode, stderr } = await evalkit(['judge', 'samples.jsonl']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--out samples.jsonl_results.jsonl: ');
  expect(readdirSync(cwd)).not.toContain('results');
});
