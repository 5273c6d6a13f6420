import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Verdict } from '../../src/records/verdict.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import { runCli } from '../fixtures/cli.ts';
import { failing, greedyCell, recordedRun, writeRun } from '../fixtures/recorded-run.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const HOSTILE = 'input 2 of 9 of plus: f(1) gave \u001b[31m::error::<b>-1</b>, expected 2';

/** Base passes all tasks but the first few, and plus what the records say. */
function inParts(records: RunRecords, failingBase: number): RunRecords {
  const { header, verdicts } = records;
  const dataset = { ...header.plan.dataset, parts: ['base', 'plus'] };
  return {
    ...records,
    header: { ...header, plan: { ...header.plan, dataset } },
    verdicts: verdicts.map((verdict): Verdict => {
      const plus =
        verdict.outcome.kind === 'passed'
          ? verdict.outcome
          : { ...verdict.outcome, detail: HOSTILE };
      const failsBase = dataset.taskIds.indexOf(verdict.taskId) < failingBase;
      return {
        ...verdict,
        outcome: plus,
        parts: { base: failsBase ? plus : { kind: 'passed' }, plus },
      };
    }),
  };
}

/** The candidate loses 17 tasks on plus and none on base; f16 stands in a run of its own. */
function setUp() {
  const cwd = temporaryFolder();
  const [reference, candidate] = [
    { cell: greedyCell('f16'), passes: failing(60) },
    { cell: greedyCell('q8_0'), passes: failing(77) },
  ];
  writeRun(join(cwd, 'f16'), inParts(recordedRun([reference]), 10));
  writeRun(join(cwd, 'run'), inParts(recordedRun([reference, candidate]), 10));
  writeRun(join(cwd, 'plain'), recordedRun([reference, candidate]));
  return (...words: string[]) => runCli(words, { cwd });
}

test('the gate counts the passes of the part that is asked for, and of plus by default', async () => {
  const evalkit = setUp();
  expect((await evalkit('gate', 'run')).exitCode).toBe(1);
  const { exitCode, stdout } = await evalkit('gate', 'run', '--metric', 'base', '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    metric: 'base',
    baseline: { passAt1: { passed: 154 } },
    cells: [{ lost: 0, gained: 0, passAt1: { passed: 154 }, flips: [] }],
  });
});

test('a rule sees the pass rate of the part that is asked for', async () => {
  const evalkit = setUp();
  const rule = ['--rule', 'cell.passAt1.estimate > 0.9'];
  expect((await evalkit('gate', 'run', '--metric', 'base', ...rule)).exitCode).toBe(0);
  expect((await evalkit('gate', 'run', '--max-drop', '50pp', ...rule)).exitCode).toBe(1);
});

test('compare says which part it compares', async () => {
  const evalkit = setUp();
  expect((await evalkit('compare', 'run')).stdout).toMatch(/pass@1 plus .*\n.*53\.0 %/);
  expect((await evalkit('compare', 'run', '--metric', 'base')).stdout).toMatch(
    /pass@1 base .*\n.*93\.9 %/,
  );
});

test('flips say which input failed with both values, in no form that steers a terminal', async () => {
  const evalkit = setUp();
  const found = /input 2 of 9 of plus: f\(1\) gave .*::error::<b>-1<\/b>, expected 2/;
  for (const words of [
    ['gate', 'run'],
    ['compare', 'run'],
    ['show', 'run', 'Test/70'],
  ]) {
    const { stdout } = await evalkit(...words);
    expect(stdout, words.join(' ')).toMatch(found);
    expect(stdout, words.join(' ')).not.toContain('\u001b');
  }
  const { stdout } = await evalkit('gate', 'run', '--json');
  expect(JSON.parse(stdout).cells[0].flips[0]).toEqual({
    taskId: 'Test/60',
    direction: 'lost',
    cause: 'assertion',
    detail: HOSTILE,
  });
});

test('a baseline file keeps its metric and is no baseline of another', async () => {
  const evalkit = setUp();
  for (const metric of ['base', 'plus']) {
    const words = metric === 'base' ? ['--metric', 'base'] : [];
    await evalkit('baseline', 'write', 'f16', '--out', `${metric}.json`, ...words);
  }
  const base = await evalkit('gate', 'run', '--baseline', 'base.json', '--metric', 'base');
  expect(base.exitCode, base.stderr).toBe(0);
  expect((await evalkit('gate', 'run', '--baseline', 'plus.json')).exitCode).toBe(1);
  for (const words of [
    ['gate', 'run', '--baseline', 'base.json'],
    ['gate', 'run', '--baseline', 'plus.json', '--metric', 'base'],
    ['compare', 'base.json', 'run'],
  ]) {
    const { exitCode, stderr } = await evalkit(...words);
    expect(stderr).toMatch(/base/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(exitCode).toBe(2);
  }
});

test.each([
  [
    ['gate', 'plain', '--metric', 'base'],
    /--metric base: the tests of Test have no parts \(plain\); leave it out/,
  ],
  [
    ['compare', 'run', '--metric', 'all'],
    /--metric all: the tests of Test have the parts base, plus \(run\)/,
  ],
  [['baseline', 'write', 'plain', '--metric', 'plus'], /have no parts/],
  [['humaneval', '--model', 'x', '--metric', 'base'], /--metric base has no use without --gate/],
])('%j is refused', async (words, message) => {
  const { exitCode, stderr } = await setUp()(...words);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(2);
});
