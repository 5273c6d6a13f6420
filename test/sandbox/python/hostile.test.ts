import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findInterpreter } from '../../../src/sandbox/python/interpreter.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import type { Grader } from '../../../src/sandbox/grader.ts';
import { usersOfWorker } from '../../../src/sandbox/common/users.ts';
import { type Bait, layBait } from './bait.ts';
import { readCorpus } from './corpus.ts';
import { descendants, orphans } from './processes.ts';
import { judgeByHumanEval } from './reference.ts';
import { withCheck } from '../sample.ts';
import { solveTask } from '../task.ts';

const HERE = import.meta.dirname;
const COMPLETIONS = readdirSync(join(HERE, 'hostile'))
  .filter((name) => name.endsWith('.py'))
  .flatMap((name) => readCorpus(join(HERE, 'hostile', name)));
const TESTS = readCorpus(join(HERE, 'hostile-tests.py'));

/** Short enough to wait for the endless ones; a pass takes a few milliseconds. */
const LIMITS = { timeoutMs: 3_000, memoryBytes: 512 * 1024 ** 2, answerBytes: 32 * 1024 ** 2 };
const RIGHT = 'def solve(value):\n    return right(value)\n';
const WRONG = 'def solve(value):\n    return 9\n';

/** Says what a sample finds in its checker: what the last one may have left behind. */
const LOOK_AROUND = `
import bisect, builtins, collections, copy, functools, gc, heapq, itertools, math, operator
import random, re, string, sys, typing

def found():
    modules = [bisect, builtins, collections, copy, functools, heapq, itertools, math, operator,
               random, re, string, typing]
    gc.collect()
    kinds, heirs = [BaseException], []
    while kinds:
        heirs += kinds
        kinds = [heir for kind in kinds for heir in kind.__subclasses__()]
    return repr([
        list(sys.modules),
        [[(name, id(value)) for name, value in vars(each).items()] for each in modules],
        sorted(str(heir) for heir in heirs),
        [random.random(), sys.getrecursionlimit(), len(sys._current_frames())],
    ])

def check(candidate):
    assert candidate(3) == 9
    raise LookupError(hash(found()))
`;

let python: string;
let bait: Bait;

beforeAll(async () => {
  const user = usersOfWorker(0);
  python = (await findInterpreter({ python: undefined, packages: [], env: process.env, user }))
    .executable;
  bait = await layBait(python);
});

afterAll(async () => {
  await bait?.[Symbol.asyncDispose]();
});

describe.each(['l3', 'l2'] as const)('at %s', (level) => {
  let sandbox: Grader;
  let processesBefore: number[];
  let traceBefore: unknown;
  /** What a sample finds that has its checker for itself. */
  let surroundings: unknown;

  const look = (isTestPinned: boolean) =>
    sandbox.judge({ ...withCheck(solveTask(bait.places, RIGHT), LOOK_AROUND), isTestPinned });

  beforeAll(async () => {
    const env = { ...process.env, EVALKIT_TEST_SECRET: 'secret' };
    sandbox = await openPythonSandbox({ level, limits: LIMITS, workers: 1, env });
    processesBefore = descendants(process.pid);
    traceBefore = bait.trace();
    surroundings = await look(false);
    expect(surroundings).toMatchObject({
      outcome: { detail: expect.stringMatching(/^LookupError: /) },
    });
  });

  afterAll(async () => {
    const started = descendants(process.pid);
    await sandbox?.[Symbol.asyncDispose]();
    expect(descendants(process.pid).filter((pid) => started.includes(pid))).toEqual([]);
    expect(orphans()).toEqual([]);
  });

  async function expectHostUnchanged() {
    expect(bait.trace()).toEqual(traceBefore);
    // The next pair is forked after a verdict that cost a checker.
    await expect.poll(() => descendants(process.pid).length).toBe(processesBefore.length);
  }

  /** On the same checker, where it goes on after a sample whose test is pinned. */
  async function expectNextUntouched(isTestPinned: boolean) {
    const judge = async (completion: string) =>
      sandbox.judge({ ...solveTask(bait.places, completion), isTestPinned });
    expect(await judge(WRONG)).toMatchObject({ outcome: { kind: 'failed', cause: 'assertion' } });
    expect(await judge(RIGHT)).toEqual({ kind: 'verdict', outcome: { kind: 'passed' } });
    expect(await look(isTestPinned)).toEqual(surroundings);
  }

  test.each(COMPLETIONS)('a completion does not pass that $title', async ({ code, causes }) => {
    const judgement = await sandbox.judge({ ...solveTask(bait.places, code), isTestPinned: true });
    expect(judgement).toMatchObject({ kind: 'verdict', outcome: { kind: 'failed' } });
    expect(causes, JSON.stringify(judgement)).toContain(causeOf(judgement));
    await expectHostUnchanged();
    await expectNextUntouched(true);
  });

  test.each(TESTS)('a test gets nowhere that $title', async ({ code, causes }) => {
    const judgement = await sandbox.judge(withCheck(solveTask(bait.places, RIGHT), code));
    expect(causes, JSON.stringify(judgement)).toContain(causeOf(judgement));
    await expectHostUnchanged();
    await expectNextUntouched(false);
  });
});

test('the forgeries of the corpus are real: they pass in the original harness', async () => {
  const real = COMPLETIONS.filter(({ isRealForgery }) => isRealForgery);
  const samples = real.map(({ code }) => solveTask(bait.places, code));
  const passed = await judgeByHumanEval(python, samples);
  expect(real.filter((_, index) => !passed[index]).map(({ title }) => title)).toEqual([]);
});

function causeOf(judgement: Awaited<ReturnType<Grader['judge']>>): string {
  if (judgement.kind === 'infrastructure') {
    return `infrastructure: ${judgement.detail}`;
  }
  return judgement.outcome.kind === 'passed' ? 'passed' : judgement.outcome.cause;
}
