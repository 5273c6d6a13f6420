import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { certainVerdict } from '../../src/gate/curtail.ts';
import { dropVerdict, verdictDistance } from '../../src/compare/drop-verdict.ts';
import { worstOf } from '../../src/gate/worst-of.ts';
import type { TaskCount } from '../../src/metrics/pass-at-k.ts';
import { pairedDrop, type TaskPair } from '../../src/metrics/paired-drop.ts';

const LIMITS = { maxDrop: 0.1, confidence: 0.9 };

const one = (hasPassed: boolean) => ({ samples: 1, passed: hasPassed ? 1 : 0 });

/** The first so many tasks, all failed. */
function lostOf(count: number): Map<string, TaskCount> {
  return new Map(Array.from({ length: count }, (_, index) => [`${index}`, one(false)]));
}

/** The reference fails 60 of 164 tasks, the candidate so many more. */
function pairs(lost: number): TaskPair[] {
  return Array.from({ length: 164 }, (_, index) => ({
    reference: one(index >= 60),
    candidate: one(index >= 60 + lost),
  }));
}

/** What a least pass rate says of whole answers, worked out by itself. */
function passRateVerdict(all: readonly TaskPair[], least = 0): 'pass' | 'fail' {
  const passed = all.filter(({ candidate }) => candidate.passed === 1).length;
  return passed / all.length >= least ? 'pass' : 'fail';
}

test('a verdict that is certain holds whatever the other tasks turn out to be', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 30, maxLength: 80 }),
      fc.double({ min: 0.3, max: 1, noNaN: true }),
      fc.constantFrom(undefined, 0.5),
      (answers, share, minPass) => {
        const limits = { ...LIMITS, ...(minPass === undefined ? {} : { minPass }) };
        const reference = new Map(answers.map(([before], index) => [`${index}`, one(before)]));
        const known = answers.slice(0, Math.floor(answers.length * share));
        const candidate = new Map(known.map(([, after], index) => [`${index}`, one(after)]));
        const certain = certainVerdict({ reference, candidate, samples: 1, limits, cells: 1 });
        const all = answers.map(([before, after]) => ({
          reference: one(before),
          candidate: one(after),
        }));
        const final = worstOf([
          dropVerdict(pairedDrop(all), limits),
          passRateVerdict(all, minPass),
        ]);
        expect(certain ?? final).toBe(final);
      },
    ),
    { numRuns: 300 },
  );
});

test('a candidate that loses everything is certain long before the end', () => {
  const reference = new Map(Array.from({ length: 164 }, (_, index) => [`${index}`, one(true)]));
  const verdictAfter = (count: number) =>
    certainVerdict({
      reference,
      candidate: lostOf(count),
      samples: 1,
      limits: { maxDrop: 0.05, confidence: 0.95 },
      cells: 1,
    });
  // From 9 lost and none gained on it is a fail, and none can be gained here.
  expect(verdictAfter(8)).toBeUndefined();
  expect(verdictAfter(9)).toBe('fail');
});

test('where tasks were gained, losing those first may be the shorter way to a fail', () => {
  const flips = Array.from({ length: 164 }, (_, index) => ({
    reference: one(index >= 60),
    candidate: one(index < 15 || index >= 80),
  }));
  const limits = { maxDrop: 0.05, confidence: 0.95 };
  const drop = pairedDrop(flips);
  expect([drop.lost, drop.gained]).toEqual([20, 15]);
  expect(verdictDistance(flips, limits).lostToFail).toBe(5);
});

test('the distance to another verdict is the fewest tasks that turn it', () => {
  const limits = { maxDrop: 0.05, confidence: 0.95 };
  expect(verdictDistance(pairs(2), limits)).toEqual({ lostToLeavePass: 2, lostToFail: 7 });
  expect(verdictDistance(pairs(5), limits)).toEqual({ lostToFail: 4, regainedToPass: 2 });
  expect(verdictDistance(pairs(20), limits)).toEqual({ regainedToPass: 17 });
});
