import { expect, test } from 'vitest';
import { estimateCellMs } from '../../../src/measures/bench/estimate.ts';
import type { EngineSettings } from '../../../src/records/plan.ts';
import { makeGrid } from '../../fixtures/bench.ts';

test('every batch, context, cache type and flash setting of a model is a cell, flash innermost', () => {
  const plan = makeGrid({ ctxSize: [64, 128], cacheTypeK: ['f16', 'q8_0'] });
  expect(plan.cells).toHaveLength(16);
  expect(plan.cells.slice(0, 3).map(({ id }) => id)).toEqual([
    'tiny:q8_0/batch 1/context 64/flash on/cache f16 f16',
    'tiny:q8_0/batch 1/context 64/flash off/cache f16 f16',
    'tiny:q8_0/batch 1/context 128/flash on/cache f16 f16',
  ]);
  expect(plan.cells[0]?.settings).toMatchObject({ flash: 'on', cacheTypeK: 'f16' });
  expect(plan.cells[0]?.over).toEqual({
    cell: 'tiny:q8_0/batch 1/context 64/flash off/cache f16 f16',
    what: 'flash attention over plain',
  });
  expect(plan.cells[1]?.over).toBeUndefined();
});

const onlyOn = ({ flash }: EngineSettings) => (flash === 'on' ? undefined : 'needs --flash on');

test('a combination that cannot be stays in the grid with its reason', () => {
  const plan = makeGrid({ batch: [1], settingsProblem: onlyOn });
  expect(plan.cells.map(({ impossible }) => impossible)).toEqual([undefined, 'needs --flash on']);
});

test('a grid of impossible combinations alone is refused', () => {
  expect(() => makeGrid({ flash: ['off'], settingsProblem: onlyOn })).toThrow(/^needs --flash on$/);
});

test('the same value given twice is refused', () => {
  expect(() => makeGrid({ batch: [2, 2] })).toThrow(
    'names tiny:q8_0/batch 2/context 64/flash on twice',
  );
});

test('an answer takes the place of the minibatches', () => {
  const plan = makeGrid({ answer: { taskId: 'HumanEval/0', newTokens: 200 } });
  expect(plan.cells.map(({ id }) => id)).toEqual([
    'tiny:q8_0/200 tokens/flash on',
    'tiny:q8_0/200 tokens/flash off',
  ]);
});

test('an estimate counts every minibatch, warm-up included', () => {
  const plan = makeGrid();
  const [, , cell] = plan.cells;
  // Batch 2: 128 prompt tokens at 64/s and 10 new ones at 5/s, five times.
  expect(cell && estimateCellMs(cell, plan, { prefill: 64, decode: 5 })).toBe(5 * 4_000);
});
