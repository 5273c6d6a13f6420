import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { decideGate, decideGates, type GateInput } from '../../src/gate/decide.ts';
import { evidenceIn } from '../fixtures/evidence.ts';
import type { DecodeOf } from '../../src/records/decode.ts';
import type { CellPlan } from '../../src/records/plan.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import {
  failing,
  greedyCell,
  makeModel,
  recordedRun,
  F16,
  factOf,
} from '../fixtures/recorded-run.ts';

const F16_CELL = greedyCell('f16');
const Q8_CELL = greedyCell('q8_0');
const LIMITS = { maxDrop: 0.05, confidence: 0.95 };

function decide(records: RunRecords, changes: Partial<GateInput> = {}) {
  const [first, ...rest] = records.header.plan.cells.map((cell) =>
    evidenceIn(records, cell, 'run'),
  );
  if (first === undefined) {
    throw new Error('no cell');
  }
  return decideGate({
    run: 'run',
    reference: first,
    candidates: rest,
    limits: LIMITS,
    rules: [],
    allowLossyReference: false,
    ...changes,
  });
}

/** f16 fails the first 60 tasks; the candidate loses and gains so many. */
function flipped(lost: number, gained: number, cell: CellPlan = Q8_CELL): RunRecords {
  return recordedRun([
    { cell: F16_CELL, passes: failing(60), tpotMs: () => 40 },
    { cell, passes: failing(60 + lost - gained, gained), tpotMs: (task) => 30 + (task % 3) },
  ]);
}

test.each([
  [0, 0, 'pass'],
  [11, 11, 'pass'],
  [12, 11, 'inconclusive'],
  [3, 0, 'pass'],
  [4, 0, 'inconclusive'],
  [8, 0, 'inconclusive'],
  [9, 0, 'fail'],
  [17, 2, 'fail'],
])('%i lost and %i gained of 164 is a %s', (lost, gained, verdict) => {
  const report = decide(flipped(lost, gained));
  expect(report.verdict).toBe(verdict);
  expect(report.cells[0]).toMatchObject({ lost, gained, tasks: 164 });
});

test('a fail says that the true drop may be under the margin, and prints the lower bound', () => {
  const [cell] = decide(flipped(9, 0)).cells;
  expect(cell?.checks[0]?.detail).toMatch(/is not shown: it may be as little as 3\.\d\d points/);
});

test('an inconclusive says what would settle it and at what cost', () => {
  const [cell] = decide(flipped(8, 3)).cells;
  expect(cell?.verdict).toBe('inconclusive');
  expect(cell?.settle).toMatch(
    /about \d+ tasks would make it a pass, or, on these 164 tasks, about \d+ samples.*new tokens and 1 minute a cell/,
  );
});

test('with several cells each passes at its own level, and a fail’s p is adjusted over them', () => {
  const cells = ['q8_0', 'q6_k', 'q5_0', 'q4_0', 'q3_k', 'q2_k'].map((name) => greedyCell(name));
  const records = recordedRun([
    { cell: F16_CELL, passes: failing(60) },
    // 10 lost and 1 gained: p 0.006 by itself, and six times that over six cells.
    ...cells.map((cell, index) => ({ cell, passes: index === 0 ? failing(69, 1) : failing(60) })),
  ]);
  const alone = decide(flipped(10, 1)).cells[0];
  const [first, ...others] = decide(records).cells;
  expect(first?.pHolm).toBeCloseTo(6 * (alone?.p ?? 0), 12);
  expect(others.every(({ verdict }) => verdict === 'pass')).toBe(true);
  expect(decide(records).verdict).toBe(first?.verdict);
});

test('a lossy reference is at best inconclusive, unless that is allowed', () => {
  const lossy = greedyCell('q8_0');
  const smaller = greedyCell('q4_0');
  const records = recordedRun([
    { cell: lossy, passes: failing(60) },
    { cell: smaller, passes: failing(60) },
  ]);
  const report = decide(records);
  expect(report.verdict).toBe('inconclusive');
  expect(report.firstLine).toContain('is quantized itself');
  expect(report.cells[0]?.checks[0]?.detail).toContain('--allow-lossy-reference');
  expect(decide(records, { allowLossyReference: true }).verdict).toBe('pass');
});

test('an f16 that was made from a 4-bit file is a lossy reference, whatever its label', () => {
  const model = makeModel('f16', {
    weights: F16.weights,
    provenance: {
      kind: 'requantized',
      from: factOf(makeModel('q4_k_m'), 'q4_k_m'),
      tool: 'llama.cpp b1',
    },
  });
  const records = recordedRun([
    { cell: greedyCell('f16', { model }), passes: failing(60) },
    { cell: Q8_CELL, passes: failing(60) },
  ]);
  expect(decide(records)).toMatchObject({
    verdict: 'inconclusive',
    firstLine: expect.stringContaining('what the tool does, not what quantizing the original'),
  });
});

test('the same weights under other settings are a valid comparison, and no loss of weights', () => {
  const lookup = greedyCell('q8_0', {
    id: 'tiny:q8_0/lookup',
    decode: { mode: 'lookup', maxDraft: 8, ngramMin: 1, ngramMax: 3 },
  });
  const records = recordedRun([
    { cell: Q8_CELL, passes: failing(60) },
    { cell: lookup, passes: failing(60) },
  ]);
  expect(decide(records)).toMatchObject({
    verdict: 'pass',
    firstLine: expect.stringContaining('same weights'),
  });
});

test('TPOT is held against its limit with its interval, pass rate as a point threshold', () => {
  const records = flipped(0, 0);
  const verdictAt = (limits: object) => decide(records, { limits: { ...LIMITS, ...limits } });
  expect(verdictAt({ maxTpotRatio: 1 }).verdict).toBe('pass');
  expect(verdictAt({ maxTpotRatio: 0.5 }).verdict).toBe('fail');
  expect(verdictAt({ maxTpotRatio: 0.775 }).verdict).toBe('inconclusive');
  const least = verdictAt({ minPass: 0.7 });
  expect(least.verdict).toBe('fail');
  expect(least.cells[0]?.checks).toContainEqual(
    expect.objectContaining({
      limit: 'min-pass',
      isPointThreshold: true,
      detail: expect.stringContaining('point threshold'),
    }),
  );
});

function rule(passed: boolean) {
  return { rule: 'cell.x > 1', cell: Q8_CELL.id, passed };
}

test('a rule of the user’s that a cell breaks fails it', () => {
  expect(decide(flipped(0, 0), { rules: [rule(true)] }).verdict).toBe('pass');
  expect(decide(flipped(0, 0), { rules: [rule(false)] }).verdict).toBe('fail');
});

test('several samples a task are decided by bootstrap and sign flips over tasks', () => {
  const decode = { mode: 'sample' as const, temperature: 0.8, topP: 1, topK: 0, samples: 4 };
  const sampled = (quantization: string) =>
    greedyCell(quantization, { id: `tiny:${quantization}/sample`, decode });
  const lossOf = (tasks: number) =>
    recordedRun([
      { cell: sampled('f16'), passes: (task) => task >= 60 },
      {
        cell: sampled('q8_0'),
        passes: (task, sample) => task >= 60 && (task >= 60 + tasks || sample > 1),
      },
    ]);
  expect(decide(lossOf(2)).verdict).toBe('pass');
  expect(decide(lossOf(60)).verdict).toBe('fail');
  expect(decide(lossOf(60)).cells[0]).toMatchObject({
    lost: 60,
    drop: { estimate: expect.closeTo(30 / 164, 9) },
  });
});

/** A gate on four samples a task, with these draws. */
function sampledReport(noise: Partial<DecodeOf<'sample'>>) {
  const decode = { mode: 'sample', temperature: 0.8, topP: 1, topK: 0, samples: 4 } as const;
  const cells = ['f16', 'q8_0'].map((name) =>
    greedyCell(name, { id: `tiny:${name}/sample`, decode: { ...decode, ...noise } }),
  );
  const passes = [
    (task: number) => task >= 60,
    // Each of 40 tasks is lost by one sample in four, and 10 are gained by one.
    (task: number, sample: number) =>
      task < 10 ? sample === 0 : task >= 60 && (task >= 100 || sample !== task % 4),
  ];
  return decide(
    recordedRun(cells.map((cell, at) => ({ cell, passes: passes[at] ?? (() => true) }))),
    { limits: { ...LIMITS, maxDrop: 0.052 } },
  );
}

test('samples are counted from the spread within tasks, and draws that are not shared are said', () => {
  const [shared, apart] = [sampledReport({ noise: 'threefry-gumbel-1' }), sampledReport({})];
  expect(shared.cells[0]?.verdict).toBe('inconclusive');
  expect(shared.cells[0]?.settle).toMatch(
    /about \d+ samples of each \(--decode sample --samples \d+\): about .* pairs spare 0 % of the variance of independent draws/,
  );
  expect(shared.warnings.join()).not.toContain('draws');
  expect(apart.warnings.join()).toContain('its draws are not shared');
});

/** How often a candidate whose answers flip with these chances gets each verdict. */
function simulate(rates: { readonly lost: number; readonly gained: number }, runs: number) {
  const generator = xoroshiro128plus(7);
  const draw = (): number => uniformFloat64(generator);
  const tally = { pass: 0, fail: 0, inconclusive: 0 };
  for (let run = 0; run < runs; run += 1) {
    const passedBefore = Array.from({ length: 164 }, () => draw() < 0.6);
    const passedAfter = passedBefore.map((passed) =>
      draw() < (passed ? rates.lost / 0.6 : rates.gained / 0.4) ? !passed : passed,
    );
    const records = recordedRun([
      { cell: F16_CELL, passes: (task) => passedBefore[task] === true },
      { cell: Q8_CELL, passes: (task) => passedAfter[task] === true },
    ]);
    tally[decide(records).verdict] += 1;
  }
  return tally;
}

test('A/A runs fail no oftener than the level, and most of them pass', () => {
  const runs = 150;
  const { fail, pass } = simulate({ lost: 0.015, gained: 0.015 }, runs);
  // 5 % and three standard errors.
  expect(fail / runs).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs));
  expect(pass / runs).toBeGreaterThan(0.7);
});

test('planted losses are found, and none of them passes', () => {
  const runs = 100;
  const { fail, pass } = simulate({ lost: 0.16, gained: 0.02 }, runs);
  expect(fail / runs).toBeGreaterThan(0.9);
  expect(pass).toBe(0);
});

test('p values are adjusted over the candidates of all suites', () => {
  const inputs = [flipped(9, 0), flipped(8, 0), flipped(0, 0)].map((records): GateInput => {
    const [reference, ...candidates] = records.header.plan.cells.map((cell) =>
      evidenceIn(records, cell, 'run'),
    );
    if (reference === undefined) {
      throw new Error('no cell');
    }
    return {
      run: 'run',
      reference,
      candidates,
      limits: LIMITS,
      rules: [],
      allowLossyReference: false,
    };
  });
  const alone = inputs.map((input) => decideGate(input).cells[0]?.p ?? 1);
  const [worst = 1, next = 1, last = 1] = alone;
  const together = decideGates(inputs).map(({ cells }) => cells[0]?.pHolm);
  expect(together).toEqual([3 * worst, 2 * next, last]);
});
