import { expect, test } from 'vitest';
import { planGate } from '../../src/gate/plan.ts';
import { mcnemarTest } from '../../src/metrics/mcnemar.ts';
import { tangoBounds } from '../../src/metrics/tango.ts';

test.each([
  [164, 0.05, 1],
  [164, 0.03, 3],
  [60, 0.2, 1],
])(
  'of %i tasks and a margin of %d the plan is that of trying every count',
  (tasks, maxDrop, cells) => {
    const limits = { maxDrop, confidence: 0.95 };
    const expected = Array.from({ length: 16 }, (_, gained) => {
      const counts = Array.from({ length: tasks - gained + 1 }, (__, lost) => lost);
      return {
        gained,
        mostLostToPass: counts.findLast(
          (lost) => tangoBounds({ pairs: tasks, lost, gained }, 0.95).upper < maxDrop,
        ),
        leastLostToFail: counts.find(
          (lost) =>
            (lost - gained) / tasks > maxDrop &&
            mcnemarTest(lost, gained).worse * cells <= 1 - 0.95,
        ),
      };
    });
    expect(planGate(limits, tasks, cells)).toEqual(expected);
  },
);

test('a plan for a million tasks takes no memory for them', () => {
  const [first] = planGate({ maxDrop: 0.05, confidence: 0.95 }, 1_000_000, 1);
  expect(first?.mostLostToPass).toBeGreaterThan(49_000);
  expect(first?.leastLostToFail).toBe(50_001);
});
