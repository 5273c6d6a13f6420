import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, onTestFinished, test, vi } from 'vitest';
import { BIN, startCli } from '../fixtures/cli.ts';
import { humanevalPath } from '../fixtures/humaneval.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { onTerminal } from '../fixtures/terminal.ts';
import { setUpTinyRun } from '../fixtures/tiny-run.ts';

const DATA = await humanevalPath();
const SLEEP = '    import time\n    time.sleep(2)\n    return sum(range(n + 1))\n';

/** Samples that keep a bar on the terminal for a while: no two the same, since those are judged once. */
function setUp(count = 12) {
  const cwd = temporaryFolder();
  const lines = Array.from(
    { length: count },
    (_, index) =>
      `${JSON.stringify({ task_id: 'HumanEval/60', completion: `${SLEEP}    # ${index}\n` })}\n`,
  );
  writeFileSync(join(cwd, 'samples.jsonl'), lines.join(''));
  return { cwd, env: { EVALKIT_DATA: DATA } };
}

const JUDGE = ['judge', 'samples.jsonl', '--workers', '2'];

test.each([
  ['ctrl-c', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  '%s while a bar is drawn ends the command with %i, the cursor shown',
  async (act, code) => {
    const { status, shown, hidden, restored } = await onTerminal(JUDGE, { ...setUp(), act });
    expect(status).toBe(code);
    expect({ hidden, restored }).toEqual({ hidden: 1, restored: 1 });
    expect(shown.split('\u001B[?7h')).toHaveLength(shown.split('\u001B[?7l').length);
    expect(shown).toContain('evalkit: interrupted');
  },
);

test('a second interruption ends at once what still waits for its samples', async () => {
  // The key would end the samples too, and with them the wait.
  const words = ['judge', 'samples.jsonl', '--workers', '1'];
  const { status, shown, hidden, restored } = await onTerminal(words, {
    ...setUp(),
    after: '1 of 12 samples',
    act: 'SIGINT-twice',
  });
  expect([130, -2]).toContain(status);
  expect(restored).toBe(hidden);
  expect(shown).not.toContain('what is finished is kept');
});

test('Ctrl-C ends a judge that waits for the writer of a pipe', async () => {
  const { cwd, env } = setUp();
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  const started = startCli(['judge', 'pipe', '--out', 'o'], { cwd, env });
  await setTimeout(5_000);
  started.kill('SIGINT');
  expect((await started).exitCode).toBe(130);
});

test('an older Node that starts the pinned one ends with 130 too', async () => {
  // The launcher thinks that it runs under an older Node.
  const { cwd, env } = setUp();
  writeFileSync(
    join(cwd, 'older.cjs'),
    "if (process.send === undefined) Object.defineProperty(process.versions, 'node', { value: '20.0.0' });",
  );
  const { status, restored } = await onTerminal(JUDGE, {
    cwd,
    env: { ...env, NODE_OPTIONS: `--require ${join(cwd, 'older.cjs')}` },
    act: 'ctrl-c',
  });
  expect({ status, restored }).toEqual({ status: 130, restored: 1 });
});

test('an interrupted run of a model gives the terminal back', async () => {
  const { cwd, env } = await setUpTinyRun();
  const words = ['humaneval', '--model', 'tiny.gguf', '--prompt', 'raw', '--limit', '20'];
  const { status, hidden, restored } = await onTerminal(words, { cwd, env, act: 'ctrl-c' });
  expect(status).toBe(130);
  expect(restored).toBe(hidden);
});

test('a run has one bar, with the step in it', async () => {
  const { cwd, env } = await setUpTinyRun();
  const words = ['humaneval', '--model', 'tiny.gguf', '--prompt', 'raw', '--limit', '3'];
  const { status, shown } = await onTerminal([...words, '--latency-tasks', '2'], { cwd, env });
  expect(status).toBe(0);
  const drawn = shown.split('\r').flatMap((line) => /[█░]{20} (.*)/u.exec(line)?.[1] ?? []);
  const shares = drawn.map((text) => Number(/^(\d+) %/.exec(text)?.[1]));
  expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  expect(shares.at(-1)).toBe(100);
  expect(drawn.join('\n')).toMatch(/loading: \d+ %/);
});

test('a bar that was stopped by Ctrl-Z shows the cursor, and is drawn again', async () => {
  const { status, hidden, restored } = await onTerminal(JUDGE, { ...setUp(4), act: 'ctrl-z' });
  expect(status).toBe(0);
  expect(hidden).toBeGreaterThan(1);
  expect(restored).toBe(hidden);
});

test.each([{ TERM: 'dumb' }, { NO_COLOR: '1' }, { CI: 'true' }])(
  'on a terminal with %j there are plain lines alone',
  async (plain) => {
    const { cwd, env } = setUp(2);
    const { status, shown } = await onTerminal(JUDGE, { cwd, env: { ...env, ...plain } });
    expect(status).toBe(0);
    expect(shown).not.toContain('\u001B');
    expect(shown).toContain('of 2 samples');
  },
);

/** A folder on a disk that is soon full; `undefined`: a container may not mount, and nothing else is so small. */
async function smallDisk(cwd: string): Promise<string | undefined> {
  const small = join(cwd, 'small');
  mkdirSync(small);
  try {
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'none', small]);
  } catch {
    return undefined;
  }
  onTestFinished(async () => {
    await execa('umount', [small]);
  });
  return small;
}

const MANY =
  `${JSON.stringify({ task_id: 'HumanEval/60', completion: '    return 0\n' })}\n`.repeat(200);

test.runIf(process.getuid?.() === 0)('a full disk ends a command whose bar is drawn', async () => {
  const { cwd, env } = setUp(1);
  if ((await smallDisk(cwd)) === undefined) {
    return;
  }
  writeFileSync(join(cwd, 'many.jsonl'), MANY);
  const words = ['judge', 'many.jsonl', '--out', 'small/o'];
  const { status, shown, hidden, restored } = await onTerminal(words, { cwd, env });
  expect(status).toBe(3);
  expect(shown).toContain('no space left on device');
  expect(restored).toBe(hidden);
});

test.runIf(process.getuid?.() === 0)(
  'samples from stdin that fit no folder of temporary files are not the samples’ fault',
  async () => {
    const { cwd, env } = setUp(1);
    const small = await smallDisk(cwd);
    if (small === undefined) {
      return;
    }
    const { exitCode, stderr } = await execa(process.execPath, [BIN, 'judge', '-', '--out', 'o'], {
      cwd,
      env: { ...env, TMPDIR: small },
      input: MANY.repeat(50),
      reject: false,
    });
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/no space left on device.*TMPDIR$/);
  },
);

test('a judge whose folder another took over ends, and writes nothing beside it', async () => {
  const { cwd, env } = setUp(20);
  const started = startCli([...JUDGE, '--run', 'run'], { cwd, env });
  const lock = join(cwd, 'run', '.lock');
  await vi.waitUntil(() => existsSync(lock), { timeout: 50_000 });
  // What a lock looks like that another made anew after this one stood still.
  utimesSync(lock, new Date(), new Date(Date.now() + 60_000));
  const { exitCode, stderr } = await started;
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^evalkit: another evalkit took over .*\n$/m);
  expect(existsSync(join(cwd, 'samples.jsonl_results.jsonl'))).toBe(false);
});

test('a reader that has gone ends no command with an error', async () => {
  const { cwd, env } = setUp(1);
  const command = '"$0" "$1" judge samples.jsonl --json | true; echo "${PIPESTATUS[0]}"';
  const { stdout, stderr } = await execa('bash', ['-c', command, process.execPath, BIN], {
    cwd,
    env,
  });
  expect(stdout).toBe('0');
  expect(stderr).not.toContain('EPIPE');
});
