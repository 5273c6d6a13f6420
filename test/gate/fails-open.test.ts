import { expect, test } from 'vitest';
import { decideGate } from '../../src/gate/decide.ts';
import { renditionOfGate } from '../../src/gate/rendition.ts';
import { render } from '../../src/report/index.ts';
import type { CellEvidence } from '../../src/compare/evidence.ts';
import { evidenceIn } from '../fixtures/evidence.ts';
import type { GateLimits } from '../../src/records/gate-limits.ts';
import { EvalkitError } from '../../src/records/error.ts';
import { sha256Text } from '../../src/records/hash.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import { F16, failing, greedyCell, makeModel, recordedRun } from '../fixtures/recorded-run.ts';
import { makeGrading } from '../fixtures/run.ts';

const F16_CELL = greedyCell('f16');
const Q8_CELL = greedyCell('q8_0');
const LIMITS: GateLimits = { maxDrop: 0.05, confidence: 0.95 };

function evidence(records: RunRecords, name: string): CellEvidence {
  const [cell] = records.header.plan.cells;
  if (cell === undefined) {
    throw new Error('no cell');
  }
  return evidenceIn(records, cell, name);
}

const BASELINE = evidence(
  recordedRun([{ cell: F16_CELL, passes: failing(60), tpotMs: () => 40 }]),
  'base',
);
const GOOD = recordedRun([{ cell: Q8_CELL, passes: failing(60), tpotMs: () => 30 }]);

/** How the gate refuses: the error's kind and line. A decision is a failure of the test. */
function refusal(
  candidate: CellEvidence | undefined,
  limits: GateLimits = LIMITS,
  reference = BASELINE,
) {
  try {
    const { verdict } = decideGate({
      run: 'run',
      reference,
      candidates: candidate === undefined ? [] : [candidate],
      limits,
      rules: [],
      allowLossyReference: true,
    });
    return { kind: verdict, message: '' };
  } catch (error) {
    expect(error).toBeInstanceOf(EvalkitError);
    const { kind, message } = error as EvalkitError;
    expect(message).not.toContain('\n');
    return { kind, message };
  }
}

test('what is refused below passes without its defect', () => {
  expect(refusal(evidence(GOOD, 'run'))).toMatchObject({ kind: 'pass' });
});

test.each([
  ['maxDrop', Number.NaN],
  ['maxDrop', Number.POSITIVE_INFINITY],
  ['maxDrop', -0.05],
  ['maxDrop', 0],
  ['confidence', Number.NaN],
  ['confidence', 1],
  ['maxTpotRatio', Number.NaN],
  ['maxTpotRatio', Number.POSITIVE_INFINITY],
  ['maxTpotRatio', -1],
  ['maxKl', Number.NaN],
  ['minPass', Number.NaN],
  ['minPass', -1],
])('the limit %s %d is refused', (name, value) => {
  expect(refusal(evidence(GOOD, 'run'), { ...LIMITS, [name]: value })).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(name),
  });
});

test('no candidate at all is refused', () => {
  expect(refusal(undefined)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('no candidate'),
  });
});

test('an empty run is refused', () => {
  const records = { ...GOOD, completions: [], verdicts: [] };
  expect(refusal(evidence(records, 'run'))).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('no verdict at all'),
  });
});

test('an incomplete run is refused', () => {
  const records = { ...GOOD, verdicts: GOOD.verdicts.slice(1) };
  expect(refusal(evidence(records, 'run'))).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining('1 verdict is missing'),
  });
});

test('a run that infrastructure marred is refused and says so', () => {
  const records: RunRecords = {
    ...GOOD,
    verdicts: GOOD.verdicts.slice(1),
    incidents: [
      { version: 1, stage: 'judge', cell: Q8_CELL.id, taskId: 'Test/0', detail: 'fork failed' },
    ],
  };
  expect(refusal(evidence(records, 'run'))).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining("1 for a failure that is not the model's"),
  });
});

test.each([
  ['the candidate', false],
  ['the baseline', true],
])(
  '%s as a shard or part of the data set is a trial, which never passes',
  async (_, isBaseline) => {
    const cell = isBaseline ? F16_CELL : Q8_CELL;
    const part = evidence(
      recordedRun([{ cell, passes: failing(20) }], { tasks: 82, total: 164 }),
      'part',
    );
    const [reference, candidate] = isBaseline ? [part, evidence(GOOD, 'run')] : [BASELINE, part];
    const report = decideGate({
      run: 'run',
      reference,
      candidates: [candidate],
      limits: { ...LIMITS, maxDrop: 0.9 },
      rules: [],
      allowLossyReference: true,
    });
    expect(report).toMatchObject({
      verdict: 'inconclusive',
      trial: {
        tasks: 82,
        total: 164,
        needs: [expect.stringMatching(/part#.* has verdicts on 82 of 164 tasks/)],
      },
      cells: [{ verdict: 'inconclusive', checks: [{ limit: 'max-drop', verdict: 'pass' }] }],
    });
    const { text } = await render(renditionOfGate(report), 'junit');
    expect(text).toContain('failures="1"');
    expect(text).toContain('tried on 82 of 164 tasks');
    const { annotations } = await render(renditionOfGate(report), 'github');
    expect(annotations).toMatch(/::warning.*trial on 82 of 164/);
  },
);

test('the baseline as its own candidate is refused, also from another run', () => {
  const again = evidence(recordedRun([{ cell: F16_CELL, passes: failing(61) }]), 'again');
  expect(refusal(again)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('itself'),
  });
  const wider = greedyCell('f16', {
    parallel: 8,
    settings: { ...F16_CELL.settings, batchSize: 64 },
  });
  const rebatched = evidence(recordedRun([{ cell: wider, passes: failing(61) }]), 'again');
  expect(refusal(rebatched)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('itself'),
  });
});

test('the same records under another name are refused', () => {
  const cell = greedyCell('q8_0');
  const one = evidence(recordedRun([{ cell, passes: failing(60) }]), 'one');
  const renamed = { ...one, name: 'two', cell: { ...cell, model: makeModel('q5_0') } };
  expect(refusal(renamed, LIMITS, one)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('the same records'),
  });
});

test('a quantization that quantized nothing is refused', () => {
  const copied = greedyCell('q8_0', { model: { ...F16, quantization: 'q8_0' } });
  expect(
    refusal(evidence(recordedRun([{ cell: copied, passes: failing(60) }]), 'run')),
  ).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('nothing was quantized'),
  });
  const inflated = greedyCell('q8_0', {
    model: {
      ...Q8_CELL.model,
      weights: { ...F16.weights, name: 'tiny-q8_0.gguf', sha256: sha256Text('padded') },
    },
  });
  expect(
    refusal(evidence(recordedRun([{ cell: inflated, passes: failing(60) }]), 'run')),
  ).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('nothing was quantized'),
  });
});

test('a baseline of other data is refused', () => {
  const other = { ...BASELINE, dataset: { ...BASELINE.dataset, sha256: sha256Text('other data') } };
  expect(refusal(evidence(GOOD, 'run'), LIMITS, other)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('other data'),
  });
});

test.each([
  [
    'prompt mode',
    { prompt: { mode: 'chat', wording: 'w', instruction: '{{prompt}}', answerPrefix: '' } },
  ],
  ['stop list', { stop: { kind: 'sequences', sequences: ['\nclass'] } }],
  ['token cap', { maxTokens: 65 }],
] as const)('a candidate with another %s is refused', (what, changes) => {
  const cell = { ...Q8_CELL, ...changes } as typeof Q8_CELL;
  expect(refusal(evidence(recordedRun([{ cell, passes: failing(60) }]), 'run'))).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(what),
  });
});

test.each([
  ['grader', { version: 'test-2' }],
  ['packages', { identity: { packages: ['numpy 2.0'], hashSeed: 0 } }],
])('verdicts under another %s are refused', (what, grader) => {
  const grading = makeGrading(grader);
  const records = recordedRun([{ cell: Q8_CELL, passes: failing(60) }], { grading });
  expect(refusal(evidence(records, 'run'))).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(what),
  });
});

test('a limit on a metric that is missing is refused', () => {
  const untimed = evidence(recordedRun([{ cell: Q8_CELL, passes: failing(60) }]), 'run');
  expect(refusal(untimed, { ...LIMITS, maxTpotRatio: 1.1 })).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('0 timed tasks in common'),
  });
  expect(refusal(evidence(GOOD, 'run'), { ...LIMITS, maxKl: 0.1 })).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('--max-kl 0.1'),
  });
});

test('times of different machines are refused', () => {
  const elsewhere = { ...BASELINE, machine: { ...BASELINE.machine, cpu: 'Other CPU' } };
  expect(refusal(evidence(GOOD, 'run'), { ...LIMITS, maxTpotRatio: 1.1 }, elsewhere)).toMatchObject(
    {
      kind: 'usage',
      message: expect.stringContaining('time both on one machine'),
    },
  );
});

test.each([
  ['L2', 'L3'],
  ['none', 'L1'],
])('verdicts of level %s are refused where %s is asked for', (level, minSandbox) => {
  const { grading } = GOOD.header.plan;
  const run = evidence(GOOD, 'run');
  const weak = { ...run, grading: { ...grading, grader: { ...grading.grader, level } } };
  expect(refusal(weak, { ...LIMITS, minSandbox })).toMatchObject({
    kind: 'environment',
    message: expect.stringContaining(`sandbox level ${level}`),
  });
});
