import { expect, test } from 'vitest';
import { baselineOfCell } from '../../src/gate/baseline-of-cell.ts';
import { evidenceOfBaseline } from '../../src/gate/baseline-evidence.ts';
import { evidenceIn } from '../fixtures/evidence.ts';
import { refuseUnfit } from '../../src/gate/fitness.ts';
import { STANDARD_LIMITS } from '../../src/limits/index.ts';
import type { GateLimits } from '../../src/records/gate-limits.ts';
import { sha256Text } from '../../src/records/hash.ts';
import type { ModelRecord } from '../../src/records/model.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import {
  F16,
  failing,
  greedyCell,
  makeModel,
  recordedRun,
  factOf,
} from '../fixtures/recorded-run.ts';
import { makeHeader } from '../fixtures/run.ts';

const TIMED: GateLimits = { ...STANDARD_LIMITS, maxTpotRatio: 1.1 };
const F16_CELL = greedyCell('f16');
const Q8_CELL = greedyCell('q8_0');

const reference = recordedRun([{ cell: F16_CELL, passes: failing(60), tpotMs: () => 40 }]);
const candidate = recordedRun([{ cell: Q8_CELL, passes: failing(60), tpotMs: () => 400 }]);

function evidence(records: RunRecords, name = 'run') {
  const [cell] = records.header.plan.cells;
  return evidenceIn(records, cell ?? F16_CELL, name);
}

function refuse(there: RunRecords, here: RunRecords, limits: GateLimits = TIMED) {
  return () => refuseUnfit(evidence(there, 'base'), evidence(here), limits);
}

const REFERENCE_FILE = evidenceOfBaseline(
  baselineOfCell(evidence(reference, 'base'), { evalkit: '0', limits: STANDARD_LIMITS }),
  'baseline.json',
);

test('twelve tasks timed on both sides are enough', () => {
  expect(refuse(reference, candidate)).not.toThrow();
});

test.each([
  ['too few tasks', (index: number) => (index < 7 ? index : undefined)],
  ['other tasks', (index: number) => index * 16],
])('a candidate that was timed on %s has too few in common', (_, taskOf) => {
  const timings = candidate.timings.flatMap((timing, index) => {
    const task = taskOf(index);
    return task === undefined ? [] : [{ ...timing, taskId: `Test/${task}` }];
  });
  expect(refuse(reference, { ...candidate, timings })).toThrow(
    expect.objectContaining({
      kind: 'usage',
      message: expect.stringMatching(/timed tasks in common .*8 are needed.*--latency-tasks/),
    }),
  );
});

test('a TPOT of 0 is not a time', () => {
  const timings = candidate.timings.map((timing) => ({ ...timing, decodeMs: 0 }));
  for (const run of [
    refuse(
      { ...reference, timings: reference.timings.map((one) => ({ ...one, decodeMs: 0 })) },
      candidate,
    ),
    refuse(reference, { ...candidate, timings }),
  ]) {
    expect(run).toThrow(/is not a time above 0/);
  }
});

/** The run had asked for one more timing than there are. */
function owing(records: RunRecords): RunRecords {
  const taskIds = records.header.plan.dataset.taskIds.slice(0, 13);
  const plan = { ...records.header.plan, latency: { taskIds, repeats: 1, maxTokens: 128 } };
  return { ...records, header: makeHeader(plan) };
}

test('owed timings are refused where a limit or a baseline rests on them', () => {
  for (const run of [
    refuse(owing(reference), candidate),
    refuse(reference, owing(candidate)),
    () => baselineOfCell(evidence(owing(reference)), { evalkit: '0', limits: STANDARD_LIMITS }),
  ]) {
    expect(run).toThrow(
      expect.objectContaining({
        kind: 'environment',
        message: expect.stringContaining('1 timing'),
      }),
    );
  }
  expect(refuse(reference, owing(candidate), STANDARD_LIMITS)).not.toThrow();
});

const stopped = (records: RunRecords, cell: string): RunRecords => ({
  ...records,
  completions: records.completions.slice(0, 100),
  verdicts: records.verdicts.slice(0, 100),
  stops: [
    {
      version: 1,
      cell,
      verdict: 'fail',
      judged: 100,
      tasks: 164,
      savedTokens: 1,
      limits: STANDARD_LIMITS,
      baseline: { name: 'other', recordsSha256: sha256Text('other') },
    },
  ],
});

test('a reference that a rule stopped is refused, though a candidate may be', () => {
  expect(refuse(stopped(reference, F16_CELL.id), candidate, STANDARD_LIMITS)).toThrow(
    expect.objectContaining({
      kind: 'environment',
      message: expect.stringMatching(/base#.* was stopped by rule after 100 of 164/),
    }),
  );
  expect(refuse(reference, stopped(candidate, Q8_CELL.id), STANDARD_LIMITS)).not.toThrow();
});

test('a baseline file with a misspelt task is refused', () => {
  const counts = new Map(
    [...REFERENCE_FILE.counts].map(([taskId, count]) => [
      taskId === 'Test/7' ? 'test/7' : taskId,
      count,
    ]),
  );
  expect(() => {
    refuseUnfit(REFERENCE_FILE, evidence(candidate), STANDARD_LIMITS);
  }).not.toThrow();
  expect(() => {
    refuseUnfit({ ...REFERENCE_FILE, counts }, evidence(candidate), STANDARD_LIMITS);
  }).toThrow(/164 of 164 tasks, and 163 of them are among the 164/);
});

const tensors = (bitsPerWeight: number, parameters = 1_000) => ({
  parameters,
  bitsPerWeight,
  types: { F16: { tensors: 1, parameters } },
});

test.each<[string, Partial<ModelRecord>]>([
  ['a local file as large', { weights: { ...F16.weights, sha256: sha256Text('x') } }],
  ['weights of as many bits in a smaller file', { tensors: tensors(16) }],
  [
    'a file as large as the unquantized one it was made of, held against another',
    {
      provenance: {
        kind: 'quantized',
        from: { ...factOf(makeModel('other'), 'bf16'), bytes: 900_000 },
        tool: 'llama.cpp b1',
      },
    },
  ],
])('%s is not a quantization', (_, changes) => {
  const was = greedyCell('f16', { model: { ...F16, tensors: tensors(16) } });
  const is = greedyCell('q4_0', { model: makeModel('q4_0', changes) });
  const run = refuse(
    recordedRun([{ cell: was, passes: failing(60) }]),
    recordedRun([{ cell: is, passes: failing(60) }]),
    STANDARD_LIMITS,
  );
  expect(run).toThrow(/nothing was quantized/);
});

test('other unquantized weights, and a larger model, are no failed quantization', () => {
  const large = { ...makeModel('x').weights, bytes: 5_000_000 };
  for (const model of [
    makeModel('bf16', { weights: large }),
    makeModel('q8_0', { weights: large, base: 'other', tensors: tensors(8.5, 5_000) }),
  ]) {
    const run = refuse(
      recordedRun([{ cell: F16_CELL, passes: failing(60) }]),
      recordedRun([{ cell: greedyCell('q8_0', { model }), passes: failing(60) }]),
      STANDARD_LIMITS,
    );
    expect(run).not.toThrow();
  }
});
