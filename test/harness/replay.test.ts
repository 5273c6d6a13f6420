import { expect, test } from 'vitest';
import { withNoiseFloor } from '../../src/harness/noise-floor.ts';
import { withReplay } from '../../src/harness/replay.ts';
import { cellHash, completionKey, timingKey } from '../../src/records/keys.ts';
import { makePlan, TASKS } from '../fixtures/run.ts';

const PLAN = makePlan();
const [CELL = expect.unreachable('the plan has a cell')] = PLAN.cells;
const [TASK = expect.unreachable('there are tasks')] = TASKS;
const OTHER = { ...CELL, id: 'tiny:q4_0/greedy' };
const BOTH = { ...PLAN, cells: [CELL, OTHER] };
const REPLAY = { reference: CELL.id, sha256: cellHash(CELL) };

test('every other cell reads along with the reference', () => {
  const { cells } = withReplay(BOTH, CELL, () => undefined);
  expect(cells).toEqual([CELL, { ...OTHER, replay: REPLAY }]);
});

test('a cell that cannot read along says why, and one that draws is left as it is', () => {
  const decode = { mode: 'sample', temperature: 1, topP: 1, topK: 0, samples: 2 } as const;
  const sampled = { ...CELL, id: 'tiny:q8_0/sample', decode };
  const plan = { ...PLAN, cells: [CELL, OTHER, sampled] };
  const { cells } = withReplay(plan, CELL, () => 'its state cannot go back');
  expect(cells[1]?.replay).toBeUndefined();
  expect(cells[1]?.notRun).toEqual({ ...OTHER.notRun, replay: 'its state cannot go back' });
  expect(cells[2]).toEqual(sampled);
});

test('a replayed completion has a key of its own, by what it was read along with', () => {
  const replayed = { ...CELL, replay: REPLAY };
  const another = { ...CELL, replay: { ...REPLAY, sha256: cellHash({ ...CELL, maxTokens: 7 }) } };
  const keys = [CELL, replayed, another].map((cell) => completionKey(cell, TASK, 0));
  expect(new Set(keys).size).toBe(3);
  const renamed = { ...replayed, replay: { ...REPLAY, reference: 'another name' } };
  expect(completionKey(renamed, TASK, 0)).toBe(keys[1]);
});

test('what is timed is not replayed', () => {
  const timed = { task: TASK, repeat: 0, maxTokens: 8 };
  expect(timingKey({ ...CELL, replay: REPLAY }, timed)).toBe(timingKey(CELL, timed));
});

test('the noise floor is at another batch size, and along with itself where others read along', () => {
  expect(withNoiseFloor(BOTH, CELL).cells).toHaveLength(3);
  const replayed = withReplay(BOTH, CELL, () => undefined);
  const floors = withNoiseFloor(replayed, CELL).cells.slice(2);
  expect(floors.map(({ role }) => role)).toEqual(['noise-floor', 'noise-floor']);
  expect(floors[0]?.replay).toBeUndefined();
  expect(floors[1]).toMatchObject({ parallel: CELL.parallel, replay: REPLAY });
});
