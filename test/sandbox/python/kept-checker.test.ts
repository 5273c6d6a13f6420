import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Grader, Sample } from '../../../src/sandbox/grader.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { makeSample } from '../sample.ts';

const PROMPT = 'def solve(value):\n';
const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };

/** Pinned tests that change what the next sample would find. */
const CHANGES: Readonly<Record<string, string>> = {
  'binds a built-in anew': 'import builtins\nbuiltins.abs = lambda number: 9',
  'binds a name of a module anew': 'import math\nmath.floor = lambda number: 9',
  'adds a name to a module': 'import re\nre.left = 9',
  'takes a built-in away': 'import builtins\ndel builtins.sum',
  'imports a module': 'import wave',
  'puts a module in the place of another': 'import sys\nsys.modules["json"] = sys',
  'turns a limit up': 'import sys\nsys.setrecursionlimit(9_000)',
  'takes much memory': 'held = bytearray(100_000_000)',
  'takes much time': 'import time\nwhile time.process_time() < 0.5: pass',
};

function sample(completion: string, source: string): Sample {
  return {
    ...makeSample({ prompt: PROMPT, completion, test: source, entryPoint: 'solve' }),
    isTestPinned: true,
  };
}

const RIGHT = '    return value * value\n';
const CHECK = 'def check(candidate):\n    assert candidate(3) == abs(-9)\n';
const SAYS_WHO = 'import os\n\ndef check(candidate):\n    raise LookupError(os.getpid())\n';

/** Which process judged. */
async function checkerOf(sandbox: Grader, isTestPinned: boolean): Promise<string> {
  const judgement = await sandbox.judge({ ...sample(RIGHT, SAYS_WHO), isTestPinned });
  const told = /LookupError: (\d+) /.exec(JSON.stringify(judgement));
  expect(told, JSON.stringify(judgement)).not.toBeNull();
  return told?.[1] ?? '';
}

test('at L1, where a sample can leave processes behind, each has a checker of its own', async () => {
  await using sandbox = await openPythonSandbox({ level: 'unsafe', workers: 1, env: process.env });
  const all: string[] = [];
  for (let count = 0; count < 4; count += 1) {
    all.push(await checkerOf(sandbox, true));
  }
  expect(new Set(all)).toHaveLength(4);
});

describe.each(['l3', 'l2'] as const)('at %s', (level) => {
  let sandbox: Grader;

  beforeAll(async () => {
    sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
  });

  afterAll(async () => sandbox?.[Symbol.asyncDispose]());

  const checker = (isTestPinned = true) => checkerOf(sandbox, isTestPinned);

  test('pinned tests follow one another in a process, those of strangers have their own', async () => {
    await checker(false);
    await checker();
    const one = await checker();
    expect(await checker()).toBe(one);
    const own = [await checker(false), await checker(false)];
    expect(new Set([one, ...own, await checker()])).toHaveLength(4);
  });

  test('a process judges a number of samples and no more', async () => {
    const all: string[] = [];
    for (let count = 0; count < 70; count += 1) {
      all.push(await checker());
    }
    expect(new Set(all).size).toBeGreaterThan(2);
    expect(new Set(all).size).toBeLessThan(6);
  });

  test('a wrong, a failing and a leaving candidate leave the process to the next', async () => {
    await checker();
    const before = await checker();
    const wrong = ['    return 0\n', '    raise KeyError(value)\n', '    return object()\n'];
    for (const completion of wrong) {
      expect(await sandbox.judge(sample(completion, CHECK))).toMatchObject({
        outcome: { kind: 'failed' },
      });
    }
    expect(await checker()).toBe(before);
    await sandbox.judge(sample('    import os; os._exit(0)\n', CHECK));
    expect(await checker()).not.toBe(before);
  });

  test.each(Object.entries(CHANGES))('a test that %s has no successor', async (_, change) => {
    await checker();
    const before = await checker();
    expect(await sandbox.judge(sample(RIGHT, `${change}\n${CHECK}`))).toEqual(
      change.includes('abs') ? expect.anything() : PASSED,
    );
    expect(await checker()).not.toBe(before);
    expect(await sandbox.judge(sample(RIGHT, CHECK))).toEqual(PASSED);
  });

  test('what a test by inputs was told is not known to the next', async () => {
    const task = {
      ...sample('', CHECK).task,
      test: {
        kind: 'inputs',
        inputs: { base: '[[1], [2.5]]' },
        reference: 'def solve(value):\n    return [value]\n',
        atol: 0,
        comparison: 'close',
      },
    } as const;
    const judge = (completion: string) => sandbox.judge({ task, completion, isTestPinned: true });
    for (let round = 0; round < 2; round += 1) {
      expect(await judge('    return [value]\n')).toMatchObject({ outcome: { kind: 'passed' } });
      expect(await judge('    return [1]\n')).toMatchObject({
        outcome: { cause: 'assertion', detail: expect.stringContaining('input 2 of 2') },
      });
      // As many answers ahead as it likes: they are not the next sample's.
      const ahead = `    import os
    one = b"\\x0b\\0\\0\\0Al\\1\\0\\0\\0i\\1\\0\\0\\0\\1"
    for fd in range(3, 64):
        try:
            os.write(fd, one * 40)
        except OSError:
            pass
    return [1]
`;
      expect(await judge(ahead)).toMatchObject({ outcome: { kind: 'failed' } });
    }
  });
});
