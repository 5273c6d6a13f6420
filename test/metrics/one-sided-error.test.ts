import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { expect, test } from 'vitest';
import { pairedDrop } from '../../src/metrics/paired-drop.ts';
import { tangoBounds } from '../../src/metrics/tango.ts';

const TASKS = 164;
const CONFIDENCE = 0.95;

/** Sums of logarithms: log n!. */
const LOG_FACTORIAL = [0];
for (let n = 1; n <= TASKS; n += 1) {
  LOG_FACTORIAL.push((LOG_FACTORIAL[n - 1] ?? 0) + Math.log(n));
}

function logFactorial(n: number): number {
  return LOG_FACTORIAL[n] ?? Number.NaN;
}

function power(rate: number, count: number): number {
  return count === 0 ? 0 : count * Math.log(rate);
}

/** The chance of these counts where a task is lost or gained with these chances. */
function chance(lost: number, gained: number, rates: readonly [number, number]): number {
  const kept = TASKS - lost - gained;
  return Math.exp(
    logFactorial(TASKS) -
      logFactorial(lost) -
      logFactorial(gained) -
      logFactorial(kept) +
      power(rates[0], lost) +
      power(rates[1], gained) +
      power(1 - rates[0] - rates[1], kept),
  );
}

/** The most lost tasks that still pass, by gained tasks. */
function passesUpTo(margin: number): number[] {
  return Array.from({ length: 60 }, (_, gained) => {
    let lost = -1;
    while (
      lost + 1 + gained <= TASKS &&
      tangoBounds({ pairs: TASKS, lost: lost + 1, gained }, CONFIDENCE).upper < margin
    ) {
      lost += 1;
    }
    return lost;
  });
}

test.each([0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08])(
  'at a true drop of the margin %d a candidate passes in at most 5.5 in 100 cases',
  (margin) => {
    const most = passesUpTo(margin);
    for (let gainRate = 0; gainRate <= 0.15; gainRate += 0.0025) {
      let passes = 0;
      for (const [gained, upTo] of most.entries()) {
        for (let lost = 0; lost <= upTo; lost += 1) {
          passes += chance(lost, gained, [gainRate + margin, gainRate]);
        }
      }
      expect(passes, `${gainRate} gained`).toBeLessThanOrEqual(0.055);
    }
  },
);

test('where the samples of a task agree, a candidate at the margin passes in at most 5.5 in 100 cases', () => {
  const samples = 5;
  const margin = 0.05;
  const count = (passed: boolean) => ({ samples, passed: passed ? samples : 0 });
  const passesWith = (lost: number, gained: number): boolean => {
    const pairs = Array.from({ length: TASKS }, (_, task) => ({
      reference: count(task >= gained),
      candidate: count(task < gained || task >= gained + lost),
    }));
    return pairedDrop(pairs).bounds(CONFIDENCE).upper < margin;
  };
  const most = Array.from({ length: 8 }, (_, gained) => {
    let lost = -1;
    while (passesWith(lost + 1, gained)) {
      lost += 1;
    }
    return lost;
  });
  expect(most[0]).toBe(3);
  for (const gainRate of [0, 0.0025, 0.005]) {
    let passes = 0;
    for (const [gained, upTo] of most.entries()) {
      for (let lost = 0; lost <= upTo; lost += 1) {
        passes += chance(lost, gained, [gainRate + margin, gainRate]);
      }
    }
    expect(passes, `${gainRate} gained`).toBeLessThanOrEqual(0.055);
  }
});

test('with several answers a task a candidate at the margin passes in about one case of twenty', () => {
  const random = xoroshiro128plus(1);
  const draw = (): number => uniformFloat64(random);
  const runs = 400;
  const samples = 5;
  const margin = 0.05;
  let passes = 0;
  for (let run = 0; run < runs; run += 1) {
    const pairs = Array.from({ length: TASKS }, () => {
      // Difficulty varies over tasks; each loses the margin.
      const rate = margin + draw() * (1 - margin);
      const passed = (share: number): number =>
        Array.from({ length: samples }, draw).filter((value) => value < share).length;
      return {
        reference: { samples, passed: passed(rate) },
        candidate: { samples, passed: passed(rate - margin) },
      };
    });
    passes += pairedDrop(pairs).bounds(CONFIDENCE).upper < margin ? 1 : 0;
  }
  // 5.5 % and three standard errors of this simulation.
  expect(passes / runs).toBeLessThanOrEqual(0.055 + 3 * Math.sqrt((0.05 * 0.95) / runs));
});
