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

  beforeAll(async () => {
    const env = { ...process.env, EVALKIT_TEST_SECRET: 'secret' };
    sandbox = await openPythonSandbox({ level, limits: LIMITS, workers: 1, env });
    processesBefore = descendants(process.pid);
    traceBefore = bait.trace();
  });

  afterAll(async () => {
    const started = descendants(process.pid);
    await sandbox?.[Symbol.asyncDispose]();
    expect(descendants(process.pid).filter((pid) => started.includes(pid))).toEqual([]);
    expect(orphans()).toEqual([]);
  });

  async function expectHostUnchanged() {
    expect(bait.trace()).toEqual(traceBefore);
    expect(descendants(process.pid)).toHaveLength(processesBefore.length);
    const next = await sandbox.judge(solveTask(bait.places, RIGHT));
    expect(next).toEqual({ kind: 'verdict', outcome: { kind: 'passed' } });
  }

  test.each(COMPLETIONS)('a completion does not pass that $title', async ({ code, causes }) => {
    const judgement = await sandbox.judge(solveTask(bait.places, code));
    expect(judgement).toMatchObject({ kind: 'verdict', outcome: { kind: 'failed' } });
    expect(causes, JSON.stringify(judgement)).toContain(causeOf(judgement));
    await expectHostUnchanged();
  });

  test.each(TESTS)('a test gets nowhere that $title', async ({ code, causes }) => {
    const judgement = await sandbox.judge(withCheck(solveTask(bait.places, RIGHT), code));
    expect(causes, JSON.stringify(judgement)).toContain(causeOf(judgement));
    await expectHostUnchanged();
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
