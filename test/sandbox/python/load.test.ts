import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Grader, type Sample } from '../../../src/sandbox/grader.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { solveTask } from '../task.ts';

/** As many programs as share a processor with each sample, each in a session of its own. */
const RIVALS = 4;

const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };
const TIMEOUT = { kind: 'verdict', outcome: { kind: 'failed', cause: 'timeout' } };
const LIMITS = { ...DEFAULT_LIMITS, timeoutMs: 1_000 };

/** Right, and needs so much of the processor that it takes longer than the limit among rivals. */
const WORK = `import time

def solve(value):
    while time.process_time() < 0.4:
        pass
    return right(value)
`;
const ENDLESS = 'def solve(value):\n    while True: pass\n';
const SLEEPS = 'import time\n\ndef solve(value):\n    time.sleep(1_000)\n';
/** Threads that never end take what their sample has of the processor, and no more. */
const MANY_THREADS = `import threading

def spin():
    while True: pass

def solve(value):
    for _ in range(40):
        threading.Thread(target=spin, daemon=True).start()
    spin()
`;

/** A sample of a test by inputs. */
function byInputs(completion: string): Sample {
  return {
    task: {
      taskId: 'Own/0',
      prompt: 'def solve(value):\n',
      entryPoint: 'solve',
      canonicalSolution: '',
      test: {
        kind: 'inputs',
        inputs: { base: '[[1]]' },
        reference: 'def solve(value):\n    return value\n',
        atol: 0,
        comparison: 'close',
      },
    },
    completion,
  };
}

const rivals: ChildProcess[] = [];

beforeAll(() => {
  const program =
    'import os\nos.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\nwhile True: pass';
  for (let rival = 0; rival < RIVALS; rival += 1) {
    rivals.push(
      spawn('/usr/bin/env', ['python3', '-c', program], { detached: true, stdio: 'ignore' }),
    );
  }
});

afterAll(() => {
  for (const rival of rivals) {
    rival.kill('SIGKILL');
  }
});

describe.each(['l2', 'l3'] as const)('beside other programs on its processor, at %s', (level) => {
  let sandbox: Grader;

  beforeAll(async () => {
    sandbox = await openPythonSandbox({ level, workers: 1, limits: LIMITS, env: process.env });
  });

  afterAll(() => sandbox[Symbol.asyncDispose]());

  test.each([
    ['right work passes, however long it takes by the wall clock', WORK, PASSED],
    ['what never ends is a timeout', ENDLESS, TIMEOUT],
    ['what sleeps is a timeout', SLEEPS, TIMEOUT],
    ['threads that fight each other are a timeout', MANY_THREADS, TIMEOUT],
  ])('%s', async (_, completion, judgement) => {
    expect(await sandbox.judge(solveTask({}, completion))).toMatchObject(judgement);
  });

  test('each call of a test by inputs has its time, less what others took', async () => {
    expect(
      await sandbox.judge(
        byInputs('    import time\n    while time.process_time() < 0.4: pass\n    return value\n'),
      ),
    ).toMatchObject(PASSED);
    expect(await sandbox.judge(byInputs('    while True: pass\n'))).toMatchObject(TIMEOUT);
    expect(await sandbox.judge(byInputs('    import time\n    time.sleep(1_000)\n'))).toMatchObject(
      TIMEOUT,
    );
  });
});
