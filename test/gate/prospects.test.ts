import { expect, test } from 'vitest';
import { evidenceIn } from '../fixtures/evidence.ts';
import { type GateProspect, plannedCandidates } from '../../src/gate/prospects.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import { failing, greedyCell, recordedRun } from '../fixtures/recorded-run.ts';
import { makeGrading } from '../fixtures/run.ts';

const F16 = greedyCell('f16');
const Q8 = greedyCell('q8_0');
const LATENCY = {
  taskIds: Array.from({ length: 8 }, (_, index) => `Test/${index}`),
  repeats: 1,
  maxTokens: 8,
};

function planOf(...cells: (typeof F16)[]) {
  return recordedRun(cells.map((cell) => ({ cell, passes: failing(0) }))).header.plan;
}

function baselineOf(records: RunRecords) {
  return evidenceIn(records, F16, 'base');
}

const BASELINE = baselineOf(recordedRun([{ cell: F16, passes: failing(60) }]));

function prospect(changes: Partial<GateProspect> = {}): GateProspect {
  return {
    plan: { ...planOf(F16, Q8), latency: LATENCY },
    baseline: undefined,
    limits: { maxDrop: 0.05, confidence: 0.95 },
    hasKl: true,
    ...changes,
  };
}

const limits = (more: object) => ({ limits: { maxDrop: 0.05, confidence: 0.95, ...more } });

test.each([
  ['its own reference', prospect()],
  ['a baseline', prospect({ plan: planOf(Q8), baseline: BASELINE })],
  ['limits on all there is', prospect(limits({ maxKl: 0.1, maxTpotRatio: 2, minSandbox: 'L2' }))],
])('a run that holds a candidate is let through: %s', (_, given) => {
  expect(plannedCandidates(given)).toEqual([Q8]);
});

test.each([
  [prospect({ plan: planOf(F16) }), /nothing but the baseline tiny:f16\/greedy/],
  [prospect({ plan: planOf(F16), baseline: BASELINE }), /nothing but the baseline base#/],
  [
    prospect({ plan: planOf({ ...Q8, maxTokens: 65 }), baseline: BASELINE }),
    /was asked or judged otherwise than base#tiny:f16\/greedy: token cap \(reference 64, candidate 65\)/,
  ],
  [
    prospect({
      plan: planOf(Q8),
      baseline: { ...BASELINE, grading: makeGrading({ version: 'test-0' }) },
    }),
    /grader \(reference test-0, candidate test-1\)/,
  ],
  [
    prospect({
      plan: planOf(Q8),
      baseline: baselineOf(
        recordedRun([{ cell: F16, passes: failing(0) }], { tasks: 60, total: 164 }),
      ),
    }),
    /is partial: 60 of 164/,
  ],
  [
    prospect(limits({ minSandbox: 'L3' })),
    /--min-sandbox L3: tiny:f16\/greedy was judged at sandbox level L2/,
  ],
  [prospect({ plan: planOf(F16, Q8), ...limits({ maxTpotRatio: 2 }) }), /--no-latency/],
  [
    prospect({ baseline: BASELINE, ...limits({ maxTpotRatio: 2 }) }),
    /base#.* has a TPOT of 0 of the tasks/,
  ],
  [prospect({ hasKl: false, ...limits({ maxKl: 0.1 }) }), /give --kl/],
  [
    prospect({ plan: planOf(Q8), baseline: BASELINE, ...limits({ maxKl: 0.1 }) }),
    /from tiny:q8_0\/greedy, which is not the baseline/,
  ],
])('a run that its gate would refuse is refused before it is made (%#)', (given, message) => {
  expect(() => plannedCandidates(given)).toThrow(message);
});
