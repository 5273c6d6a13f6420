import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { execPath } from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Grader } from '../../../src/sandbox/grader.ts';
import { openJavaScriptSandbox } from '../../../src/sandbox/javascript/open.ts';
import { makeSample } from '../sample.ts';

/** As many programs as share each processor with the samples, each in a session of its own. */
const RIVALS = 2;

const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };
const TIMEOUT = { kind: 'verdict', outcome: { kind: 'failed', cause: 'timeout' } };
const LIMITS = { ...DEFAULT_LIMITS, timeoutMs: 1_000 };

const RIGHT = solveSample('return value * value');
/** Right, and needs so much of the processor that it takes longer than the limit among rivals. */
const WORK = solveSample(
  'for (let i = 0, s = 0; i < 16_000_000; i += 1) s += i;\nreturn value * value',
);
/** The same, half of it within the checker and between many calls. */
const CALLS = solveSample(
  'for (let i = 0; i < 15_000; i += 1);\nreturn value * value',
  'for (let i = 0; i < 1_000; i += 1) { for (let j = 0; j < 15_000; j += 1); solve(i) }\n',
);
const ENDLESS = solveSample('for (;;);');
/** Never done, and never long at one thing. */
const RESTLESS = solveSample(
  'const again = () => Promise.resolve().then(again); again(); return value * value',
);
/** Nobody ever resolves it, and it is no number. */
const UNRESOLVED = solveSample('return new Promise(() => {})');

function solveSample(body: string, before = '') {
  return makeSample({
    kind: 'program',
    prompt: 'const solve = (value) => {\n',
    completion: `${body}\n}\n`,
    test: `${before}console.assert(solve(3) === 9)\n`,
    entryPoint: 'solve',
  });
}

function openSandbox(level: 'auto' | 'l2' | 'l3', workers: number): Promise<Grader> {
  return openJavaScriptSandbox({ level, workers, limits: LIMITS, env: process.env });
}

describe('beside other programs', () => {
  const rivals: ChildProcess[] = [];

  beforeAll(() => {
    for (let rival = 0; rival < RIVALS * availableParallelism(); rival += 1) {
      rivals.push(spawn(execPath, ['-e', 'for (;;);'], { detached: true, stdio: 'ignore' }));
    }
  });

  afterAll(() => {
    for (const rival of rivals) {
      rival.kill('SIGKILL');
    }
  });

  describe.each(['l2', 'l3'] as const)('at %s', (level) => {
    let sandbox: Grader;

    beforeAll(async () => {
      sandbox = await openSandbox(level, 1);
    });

    afterAll(() => sandbox[Symbol.asyncDispose]());

    test.each([
      ['right work passes, however long it takes by the wall clock', WORK, PASSED],
      ['so does work to and fro between test and completion', CALLS, PASSED],
      ['what never ends is a timeout', ENDLESS, TIMEOUT],
      ['what never rests is a timeout', RESTLESS, TIMEOUT],
      [
        'a promise that nobody resolves is an answer like any other',
        UNRESOLVED,
        { kind: 'verdict', outcome: { kind: 'failed', cause: 'opaque-answer' } },
      ],
    ])('%s', async (_, sample, judgement) => {
      expect(await sandbox.judge(sample)).toMatchObject(judgement);
    });
  });

  test('more workers than processors change no verdict', { timeout: 120_000 }, async () => {
    await using sandbox = await openSandbox('auto', 8);
    const samples = [WORK, WORK, WORK, ENDLESS, WORK, WORK, WORK, ENDLESS, WORK, WORK];
    expect(await Promise.all(samples.map((sample) => sandbox.judge(sample)))).toMatchObject(
      samples.map((sample) => (sample === WORK ? PASSED : TIMEOUT)),
    );
  });
});

test('what is said while evalkit itself does not run is heard', async () => {
  await using sandbox = await openSandbox('auto', 1);
  const judging = sandbox.judge(RIGHT);
  await setImmediate();
  keepBusyUntil(performance.now() + 2 * LIMITS.timeoutMs);
  expect(await judging).toMatchObject(PASSED);
});

function keepBusyUntil(moment: number): void {
  while (performance.now() < moment) {
    // No timer fires and nothing is read.
  }
}
