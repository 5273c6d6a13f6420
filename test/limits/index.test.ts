import { expect, test } from 'vitest';
import { limitsOf, loosenedLimits } from '../../src/limits/given.ts';
import { LIMITS, limitOptions, limitProblem, STANDARD_LIMITS } from '../../src/limits/index.ts';
import type { GateLimits } from '../../src/records/gate-limits.ts';

/** For each limit two values that may be typed, the stricter first, and what cannot be. */
const TYPED: Readonly<Record<string, readonly [strict: string, loose: string, wrong: string]>> = {
  maxDrop: ['3pp', '0.05', '5'],
  confidence: ['99%', '0.9', '40%'],
  maxTpotRatio: ['1', '1.1', '-1'],
  maxKl: ['0.1', '2', '0'],
  minPass: ['60%', '.5', '100%'],
  minSandbox: ['l3', 'l2', 'L4'],
};

function valueOf(name: string, text: string): unknown {
  const limit = LIMITS.find((each) => each.name === name);
  return limit?.typed.parse(text);
}

function limitsWith(name: string, text: string): GateLimits {
  return limitsOf({ [name]: valueOf(name, text) });
}

test('the options are those of the table, and each has its example here', () => {
  expect(Object.keys(limitOptions)).toEqual(LIMITS.map(({ name }) => name));
  expect(Object.keys(TYPED)).toEqual(Object.keys(limitOptions));
});

test.each(Object.entries(TYPED))(
  '%s: %j are read, and told apart',
  (name, [strict, loose, wrong]) => {
    const [tight, wide] = [limitsWith(name, strict), limitsWith(name, loose)];
    expect(limitProblem(tight)).toBeUndefined();
    expect(loosenedLimits(wide, tight).map((limit) => limit.name)).toEqual([name]);
    expect(loosenedLimits(tight, wide)).toEqual([]);
    expect(limitOptions[name as keyof typeof limitOptions].type.safeParse(wrong).success).toBe(
      false,
    );
  },
);

test('an unknown limit, and a value that a limit cannot have, are told by name', () => {
  expect(limitProblem(STANDARD_LIMITS)).toBeUndefined();
  expect(limitProblem({ ...STANDARD_LIMITS, maxWeight: 3 })).toContain('maxWeight');
  expect(limitProblem({ ...STANDARD_LIMITS, minSandbox: 'l2' })).toContain('minSandbox');
});
