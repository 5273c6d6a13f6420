import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLevel1Sandbox } from '../../src/sandbox/level1.ts';
import { findPython } from '../../src/sandbox/python-interpreter.ts';
import { ADD } from '../fixtures/task.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const python = await findPython(undefined, process.env);
const sandbox = createLevel1Sandbox(python);

function judge(completion: string) {
  return sandbox.judge({ ...ADD, completion });
}

async function causeOf(completion: string): Promise<string> {
  const judgement = await judge(completion);
  if (judgement.kind === 'infrastructure') {
    return 'infrastructure';
  }
  const { outcome } = judgement;
  return outcome.kind === 'passed' ? 'passed' : outcome.cause;
}

test('a right answer passes', async () => {
  expect(await judge('    return a + b\n')).toEqual({
    kind: 'verdict',
    outcome: { kind: 'passed' },
  });
});

test.each([
  ['assertion', 'a wrong answer', '    return a - b\n'],
  ['exception', 'an error', '    return a + c\n'],
  ['exception', 'a syntax error', '    return (a\n'],
  ['exception', 'sys.exit(0)', '    import sys; sys.exit(0)\n'],
  ['exception', 'SystemExit at the top', '    return 0\nraise SystemExit(0)\n'],
  ['exit', 'os._exit(0)', '    import os; os._exit(0)\n'],
  ['timeout', 'an endless loop', '    while True: pass\n'],
  ['timeout', 'a sleep', '    import time; time.sleep(60)\n'],
  ['memory', 'a memory bomb', "    return 'x' * (1 << 34)\n"],
  ['signal', 'a crash in C', '    import ctypes; ctypes.string_at(0)\n'],
  ['exception', 'deep recursion', '    return add(a, b)\n'],
  [
    'passed',
    'recursion 900 deep',
    '    f = lambda n: n and f(n - 1)\n    f(900)\n    return a + b\n',
  ],
  ['passed', 'a flood of output', "    print('x' * 10_000_000)\n    return a + b\n"],
  ['passed', 'reading from stdin', '    import sys; sys.stdin.read()\n    return a + b\n'],
])('%s: %s', async (cause, _, completion) => {
  expect(await causeOf(completion)).toBe(cause);
});

test('the sample sees nothing of our environment', async () => {
  process.env['EVALKIT_TEST_SECRET'] = 'x';
  expect(
    await causeOf(
      "    import os\n    return 0 if 'EVALKIT_TEST_SECRET' in os.environ else a + b\n",
    ),
  ).toBe('passed');
  delete process.env['EVALKIT_TEST_SECRET'];
});

test('the sample writes no file', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'f');
  expect(
    await causeOf(
      `    with open(${JSON.stringify(path)}, 'w') as f: f.write('x')\n    return a + b\n`,
    ),
  ).toBe('exception');
  expect(statSync(path, { throwIfNoEntry: false })?.size ?? 0).toBe(0);
});

test('processes of a sample that ran out of time are gone', async () => {
  const mark = `evalkit-${Date.now()}`;
  const start = `    import subprocess, sys\n    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', '${mark}'])\n    while True: pass\n`;
  expect(await causeOf(start)).toBe('timeout');
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => commandLine(pid));
  expect(commands.filter((command) => command.includes(mark))).toEqual([]);
});

test('sets and dicts of strings iterate alike each time', async () => {
  const first = "    import sys\n    return a + b if hash('evalkit') == HASH else 0\n";
  const known = (await judge("    raise Exception(hash('evalkit'))\n")) as {
    outcome: { detail: string };
  };
  const hash = /-?\d+/.exec(known.outcome.detail)?.[0];
  expect(await causeOf(first.replace('HASH', String(hash)))).toBe('passed');
});

test('a Python that does not start is infrastructure, not a verdict', async () => {
  await using broken = createLevel1Sandbox({ ...python, executable: '/bin/false' });
  const judgement = await broken.judge({ ...ADD, completion: '    return a + b\n' });
  expect(judgement.kind).toBe('infrastructure');
});

test('a missing Python is named, with what to do', async () => {
  await expect(findPython(undefined, { PATH: '/nowhere' })).rejects.toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('--python'),
  });
  await expect(findPython('/bin/false', process.env)).rejects.toMatchObject({ kind: 'usage' });
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
