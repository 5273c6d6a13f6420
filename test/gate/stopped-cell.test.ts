import { expect, test } from 'vitest';
import { evidenceIn } from '../fixtures/evidence.ts';
import { decideGate, type GateInput, refuseUndecidable } from '../../src/gate/decide.ts';
import { STANDARD_LIMITS } from '../../src/limits/index.ts';
import { sha256Text } from '../../src/records/hash.ts';
import { failing, greedyCell, recordedRun } from '../fixtures/recorded-run.ts';

const Q8_CELL = greedyCell('q8_0');
const Q4_CELL = greedyCell('q4_0');

const reference = evidence(recordedRun([{ cell: greedyCell('f16'), passes: failing(60) }]));

function evidence(records: ReturnType<typeof recordedRun>) {
  const [cell] = records.header.plan.cells;
  return evidenceIn(records, cell ?? Q8_CELL, 'run');
}

/** q8_0 after so many tasks, of which it loses what it loses at the end of the data set. */
function stopped(judged: number, passes: (task: number) => boolean) {
  const records = recordedRun([{ cell: Q8_CELL, passes }]);
  return evidence({
    ...records,
    completions: records.completions.slice(0, judged),
    verdicts: records.verdicts.slice(0, judged),
    stops: [
      {
        version: 1,
        cell: Q8_CELL.id,
        verdict: 'pass',
        judged,
        tasks: 164,
        savedTokens: 1,
        limits: STANDARD_LIMITS,
        baseline: { name: 'base', recordsSha256: sha256Text('base') },
      },
    ],
  });
}

/** Certain to pass: two tasks are open, and nothing was lost before. */
const GOOD = stopped(162, failing(60));

function inputOf(candidate: typeof GOOD, changes: Partial<GateInput> = {}): GateInput {
  return {
    run: 'run',
    reference,
    candidates: [candidate],
    limits: STANDARD_LIMITS,
    rules: [],
    allowLossyReference: false,
    ...changes,
  };
}

function decide(candidate: typeof GOOD, changes: Partial<GateInput> = {}) {
  return decideGate(inputOf(candidate, changes));
}

function rule(passed: boolean) {
  return { rule: 'x', cell: Q8_CELL.id, passed };
}

test('a stopped cell is held against users’ rules', () => {
  expect(decide(GOOD, { rules: [rule(true)] }).verdict).toBe('pass');
  const report = decide(GOOD, { rules: [rule(false)] });
  expect(report.verdict).toBe('fail');
  expect(report.cells[0]?.checks).toMatchObject([
    { limit: 'max-drop', verdict: 'pass' },
    { limit: 'rule', verdict: 'fail' },
  ]);
});

function at(minPass: number) {
  return decide(GOOD, { limits: { ...STANDARD_LIMITS, minPass } }).cells[0];
}

test('the least pass rate of a stopped cell is a check of its own', () => {
  expect(at(0.6)).toMatchObject({
    verdict: 'pass',
    checks: [
      { limit: 'max-drop', verdict: 'pass' },
      { limit: 'min-pass', verdict: 'pass' },
    ],
  });
  expect(at(0.7)).toMatchObject({
    verdict: 'fail',
    checks: [
      { limit: 'max-drop', verdict: 'pass' },
      { limit: 'min-pass', verdict: 'fail', isPointThreshold: true },
    ],
  });
});

test('a stopped cell that its answers do not settle is refused before rules are asked', () => {
  const open = inputOf(stopped(20, failing(60)));
  expect(() => {
    refuseUndecidable(open);
  }).toThrow(/do not settle these limits/);
});

test('a stopped cell that is certain not to fail takes no share of another’s level', () => {
  // 10 lost and 1 gained: p 0.006; twice that with a second cell whose p may be larger.
  const bad = evidence(recordedRun([{ cell: Q4_CELL, passes: failing(69, 1) }]));
  const alone = decide(bad).cells[0];
  const [, beside] = decide(GOOD, { candidates: [GOOD, bad] }).cells;
  expect(beside?.pHolm).toBeCloseTo(2 * (alone?.p ?? 0), 12);
});
