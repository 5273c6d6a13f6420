import { expect, test } from 'vitest';
import { decideGate } from '../../src/gate/decide.ts';
import { passPlan, spentVerdict } from '../../src/gate/spend.ts';
import { STANDARD_LIMITS } from '../../src/limits/index.ts';
import { sha256Text } from '../../src/records/hash.ts';
import { evidenceIn } from '../fixtures/evidence.ts';
import { greedyCell, recordedRun } from '../fixtures/recorded-run.ts';

const PLANNED = [...Array.from({ length: 10 }, (_, look) => 16 * (look + 1)), 164];
const LIMITS = { maxDrop: 0.05, confidence: 0.95 };
const PLAN = { tasks: 164, passes: passPlan(PLANNED, LIMITS), limits: LIMITS };

/** Looks at which so many were lost and gained of every 100 tasks. */
function looks(lost: number, gained: number, taken: number) {
  return PLANNED.slice(0, taken).map((pairs) => ({
    pairs,
    lost: Math.round((pairs * lost) / 100),
    gained: Math.round((pairs * gained) / 100),
  }));
}

const verdictOf = (lost: number, gained: number, taken: number, cells = 1) =>
  spentVerdict({ ...PLAN, looks: looks(lost, gained, taken), cells });

test('a bad candidate fails early, a good one passes before the end, others are asked everything', () => {
  expect(verdictOf(30, 0, 1)).toBeUndefined();
  expect(verdictOf(30, 0, 2)).toBe('fail');
  expect(verdictOf(0, 0, 4)).toBeUndefined();
  expect(verdictOf(0, 0, 8)).toBe('pass');
  expect(verdictOf(5, 1, 10)).toBeUndefined();
  expect(verdictOf(5, 1, 11)).toBe('inconclusive');
});

test('the first look that ends it counts, whatever later ones would have seen', () => {
  const turned = [...looks(30, 0, 4), { pairs: 164, lost: 20, gained: 20 }];
  expect(spentVerdict({ ...PLAN, looks: turned, cells: 1 })).toBe('fail');
});

/** The first look that fails a bad candidate among so many. */
function first(cells: number): number {
  return PLANNED.findIndex((_, index) => verdictOf(16, 2, index + 1, cells) === 'fail');
}

test('several candidates share the error of a fail', () => {
  expect(first(20)).toBeGreaterThan(first(1));
});

const Q8_CELL = greedyCell('q8_0');

/** q8_0 with looks that spent their error: it loses the first `lost` tasks that it was asked. */
function spentCellOf(judged: number, lost: number) {
  const records = recordedRun([{ cell: Q8_CELL, passes: (task) => task >= lost }]);
  const taken = PLANNED.slice(0, PLANNED.indexOf(judged) + 1);
  return evidenceIn(
    {
      ...records,
      completions: records.completions.slice(0, judged),
      verdicts: records.verdicts.slice(0, judged),
      stops: [
        {
          version: 1,
          cell: Q8_CELL.id,
          verdict: 'fail',
          judged,
          tasks: 164,
          savedTokens: 1,
          limits: STANDARD_LIMITS,
          baseline: { name: 'base', recordsSha256: sha256Text('base') },
          spending: {
            planned: PLANNED,
            looks: taken.map((pairs) => ({ pairs, lost: Math.min(lost, pairs), gained: 0 })),
          },
        },
      ],
    },
    Q8_CELL,
    'run',
  );
}

const F16_CELL = greedyCell('f16');
const reference = evidenceIn(
  recordedRun([{ cell: F16_CELL, passes: () => true }]),
  F16_CELL,
  'base',
);

function decide(candidate: typeof reference, limits = STANDARD_LIMITS) {
  const asked = { run: 'run', reference, candidates: [candidate], limits, rules: [] };
  return decideGate({ ...asked, allowLossyReference: false });
}

test('the gate works the verdict of looks out again from what they saw', () => {
  const [cell] = decide(spentCellOf(64, 20)).cells;
  expect(cell).toMatchObject({ verdict: 'fail', passAt1: null, lost: 20, gained: 0, tasks: 164 });
  expect(cell?.checks[0]?.detail).toMatch(/^\d looks that spend .*n = 64 of 164 tasks/);
});

test('a cell whose looks went to the end has its pass rate, and their verdict', () => {
  const [cell] = decide(spentCellOf(164, 5)).cells;
  expect(cell).toMatchObject({ verdict: 'inconclusive', passAt1: { passed: 159, total: 164 } });
});

test('limits that the looks were not planned for are refused', () => {
  expect(() => decide(spentCellOf(32, 3))).toThrow(/do not settle these limits/);
  expect(() => decide(spentCellOf(64, 20), { ...STANDARD_LIMITS, minPass: 0.1 })).toThrow(
    /do not settle these limits/,
  );
});
