import { factOf } from '../../fixtures/recorded-run.ts';
import { expect, test } from 'vitest';
import type { Outcome } from '../../../src/records/verdict.ts';
import { shortNames } from '../../../src/report/words/short-names.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { mainTable } from '../../../src/report/humaneval/cell-tables.ts';
import { describeReport } from '../../../src/report/humaneval/document.ts';
import { metricRows } from '../../../src/report/words/metric-rows.ts';
import type { RunRecords } from '../../../src/store/run-store.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makePlan,
  makeSession,
  makeVerdict,
  TASKS,
} from '../../fixtures/run.ts';

const CELL = makeCell();
const PASSED: Outcome = { kind: 'passed' };
const FAILED: Outcome = { kind: 'failed', cause: 'assertion', detail: 'AssertionError: ' };

function makeRecords(changes: Partial<RunRecords> = {}): RunRecords {
  return {
    header: makeHeader(),
    completions: TASKS.map((task) => makeCompletion(CELL, task)),
    verdicts: TASKS.map((task, index) => makeVerdict(CELL, task, index === 0 ? FAILED : PASSED)),
    sessions: [makeSession(CELL)],
    incidents: [],
    timings: [],
    ...changes,
  };
}

test('a complete run has pass@1 with n and interval', () => {
  const report = summarize(makeRecords());
  expect(report.status).toBe('complete');
  const [cell] = report.cells;
  expect(cell?.passAt1).toMatchObject({ passed: 2, total: 3, estimate: 2 / 3 });
  expect(cell?.failures).toEqual({ assertion: 1 });
  expect(cell?.stopReasons).toEqual({ 'end-token': 3 });
  expect(cell?.generation).toMatchObject({ tokensPerSecond: 50, sessions: 1 });
});

test('a run of some tasks is partial and says so', () => {
  const plan = makePlan();
  const records = makeRecords({
    header: makeHeader({ ...plan, dataset: { ...plan.dataset, total: 164 } }),
  });
  const report = summarize(records);
  expect(report.status).toBe('partial');
  expect(report.warnings).toContainEqual(expect.stringContaining('partial: 3 of 164 tasks'));
});

test('a task without a verdict leaves no pass rate, whoever is to blame', () => {
  const verdicts = makeRecords().verdicts.slice(1);
  const pending = summarize(makeRecords({ verdicts }));
  expect(pending.status).toBe('incomplete');
  expect(pending.cells[0]).toMatchObject({
    passAt1: { notRun: '1 of 3 tasks have no verdict yet' },
    infrastructure: 0,
    pending: 1,
  });
  const broken = summarize(
    makeRecords({
      verdicts,
      incidents: [
        { version: 1, stage: 'judge', cell: CELL.id, taskId: 'Test/0', detail: 'fork failed' },
      ],
    }),
  );
  expect(broken.cells[0]).toMatchObject({ infrastructure: 1, pending: 0 });
});

test('an incident that a later verdict mended is not a failure', () => {
  const report = summarize(
    makeRecords({
      incidents: [
        { version: 1, stage: 'judge', cell: CELL.id, taskId: 'Test/0', detail: 'fork failed' },
        { version: 1, stage: 'generate', cell: CELL.id, detail: 'died' },
      ],
    }),
  );
  expect(report.status).toBe('complete');
  expect(report.cells[0]?.infrastructure).toBe(0);
});

test('tasks that a dead engine left are infrastructure', () => {
  const report = summarize(
    makeRecords({
      completions: makeRecords().completions.slice(0, 1),
      verdicts: makeRecords().verdicts.slice(0, 1),
      incidents: [{ version: 1, stage: 'generate', cell: CELL.id, detail: 'died' }],
    }),
  );
  expect(report.cells[0]).toMatchObject({ infrastructure: 2, pending: 0 });
});

test('nothing of one cell is counted in another', () => {
  const other = makeCell({ id: 'tiny:q4_0/greedy', maxTokens: 65 });
  const report = summarize(makeRecords({ header: makeHeader(makePlan({ cells: [CELL, other] })) }));
  expect(report.cells[0]?.passAt1).toMatchObject({ total: 3 });
  expect(report.cells[1]).toMatchObject({
    passAt1: { notRun: '3 of 3 tasks have no verdict yet' },
    generation: { notRun: 'no engine session ended' },
  });
});

test('sessions of a resumed cell are added up', () => {
  const sessions = [makeSession(CELL), { ...makeSession(CELL), wallMs: 3_000, peakRssBytes: 5 }];
  expect(summarize(makeRecords({ sessions })).cells[0]?.generation).toMatchObject({
    wallMs: 5_000,
    newTokens: 200,
    tokensPerSecond: 40,
    peakRssBytes: 300_000_000,
    sessions: 2,
  });
});

test('thread counts that changed are told with their shares of the time, over all sessions', () => {
  const use = [
    { threads: 1, ms: 1_000 },
    { threads: 2, ms: 600 },
  ];
  const sessions = [makeSession(CELL), { ...makeSession(CELL), threadUse: use }];
  const report = summarize(makeRecords({ sessions }));
  expect(report.cells[0]?.generation).toMatchObject({
    threadUse: [
      { threads: 2, ms: 2_600 },
      { threads: 1, ms: 1_000 },
    ],
  });
  const facts = describeReport(report).sections.flatMap((section) => section.facts);
  expect(facts.join('\n')).toContain('threads 2, 1 for 27.8 % of the time (option)');
});

function busyWarnings(...sessions: ReturnType<typeof makeSession>[]): string[] {
  return summarize(makeRecords({ sessions })).warnings.filter((text) => text.includes('busy'));
}

test('a machine that was busy while completions were generated is warned of', () => {
  const busy = { ...makeSession(CELL), wallMs: 1_000, othersCpuShare: 0.4 };
  const quiet = { ...makeSession(CELL), wallMs: 3_000, othersCpuShare: 0 };
  expect(busyWarnings(busy, quiet)).toEqual([
    'tiny:q8_0/greedy: the machine was busy, other processes used 10.0 % of its cores while completions were generated: its tokens/s are too low, its completions are what they would have been',
  ]);
  expect(busyWarnings(quiet)).toEqual([]);
  expect(busyWarnings(makeSession(CELL))).toEqual([]);
});

test('weights made from a lossy file are warned about', () => {
  const model = {
    ...CELL.model,
    provenance: {
      kind: 'requantized' as const,
      from: { ...factOf(CELL.model, 'q4_k_m'), name: 'tiny-q4_k_m.gguf' },
      tool: 'llama.cpp v0',
    },
  };
  const cell = makeCell({ model });
  const report = summarize(makeRecords({ header: makeHeader(makePlan({ cells: [cell] })) }));
  expect(report.warnings).toContainEqual(
    expect.stringContaining(
      'made here from tiny-q4_k_m.gguf, which was quantized already (q4_k_m)',
    ),
  );
});

test('many answers at the token cap are warned about', () => {
  const completions = makeRecords().completions.map((completion) => ({
    ...completion,
    stopReason: 'max-tokens' as const,
  }));
  expect(summarize(makeRecords({ completions })).warnings).toContainEqual(
    expect.stringContaining('3 of 3 completions were truncated at --max-tokens 64'),
  );
});

test('a suite whose tests have parts has a pass rate of each, and the last is the headline', () => {
  const verdicts = makeRecords().verdicts.map((verdict) => ({
    ...verdict,
    parts: { base: PASSED, plus: verdict.outcome },
  }));
  const report = summarize(makeRecords({ verdicts }));
  expect(report.cells[0]).toMatchObject({
    passAt1: { passed: 2, total: 3 },
    parts: {
      base: { passAt1: { passed: 3, total: 3 }, passAtK: { 1: { estimate: 1 } } },
      plus: { passAt1: { passed: 2, total: 3 }, passAtK: { 1: { estimate: 2 / 3 } } },
    },
  });
  const [heads, row] = mainTable(report, shortNames([])).table;
  expect(heads?.slice(1, 7)).toEqual([
    'pass@1 base',
    '95 % interval',
    'passed / n',
    'pass@1 plus',
    '95 % interval',
    'passed / n',
  ]);
  expect(row?.slice(1, 7)).toEqual([
    '100.0 %',
    expect.any(String),
    '3 / 3',
    '66.7 %',
    expect.any(String),
    '2 / 3',
  ]);
  expect(metricRows(report.cells[0] ?? {})).toContainEqual(
    expect.objectContaining({ metric: 'parts.base.passAt1.estimate', value: 1, n: 3 }),
  );
});

test('a completion without code passes no part', () => {
  const verdicts = TASKS.map((task, index) => ({
    ...makeVerdict(CELL, task, index === 0 ? FAILED : PASSED),
    ...(index === 0 ? {} : { parts: { base: PASSED, plus: PASSED } }),
  }));
  expect(summarize(makeRecords({ verdicts })).cells[0]?.parts?.['base']).toMatchObject({
    passAt1: { passed: 2, total: 3 },
  });
});
