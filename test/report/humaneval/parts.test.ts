import { expect, test } from 'vitest';
import { mainTable } from '../../../src/report/humaneval/cell-tables.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { renderTerminal } from '../../../src/report/formats/terminal.ts';
import type { Task } from '../../../src/records/task.ts';
import type { Outcome, Verdict } from '../../../src/records/verdict.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makePlan,
  makeVerdict,
  TASKS,
} from '../../fixtures/run.ts';

const CELL = makeCell();
const PASSED: Outcome = { kind: 'passed' };
const FAILED: Outcome = { kind: 'failed', cause: 'assertion', detail: '' };

/** Passes the first part; the second, which is the headline, on the first task alone. */
function verdictOf(task: Task, index: number): Verdict {
  const second = index === 0 ? PASSED : FAILED;
  return { ...makeVerdict(CELL, task, second), parts: { first: PASSED, second } };
}

function reportOf(verdicts: readonly Verdict[]) {
  const plan = makePlan();
  return summarize({
    header: makeHeader({ ...plan, dataset: { ...plan.dataset, parts: ['first', 'second'] } }),
    completions: TASKS.map((task) => makeCompletion(CELL, task)),
    verdicts,
    sessions: [],
    incidents: [],
    timings: [],
  });
}

test('a test of several parts has a pass rate for each, and the headline is the last', () => {
  const report = reportOf(TASKS.map(verdictOf));
  const [cell] = report.cells;
  expect(cell?.passAt1).toMatchObject({ passed: 1, total: 3 });
  expect(cell?.passAt1ByPart).toMatchObject({
    first: { passed: 3, total: 3 },
    second: { passed: 1, total: 3 },
  });
  const [heads, row] = mainTable(report.cells);
  expect(heads?.slice(1, 3)).toEqual(['pass@1 first', 'pass@1 second']);
  expect(row?.slice(1, 3)).toEqual(['100.0 %', '33.3 %']);
  expect(renderTerminal(report)).toContain('pass@1 first: 100.0 % (95 % interval 43.9 % to');
});

test('a completion without code fails every part', () => {
  const noCode: Outcome = { kind: 'failed', cause: 'no-code', detail: '' };
  const [cell] = reportOf(TASKS.map((task) => makeVerdict(CELL, task, noCode))).cells;
  expect(cell?.passAt1ByPart).toMatchObject({ first: { passed: 0, total: 3 } });
});

test('a test of one part has no other figure than before', () => {
  const report = reportOf(TASKS.map(verdictOf));
  expect(mainTable(report.cells.map(({ passAt1ByPart: _, ...cell }) => cell))[0]?.[1]).toBe(
    'pass@1',
  );
});
