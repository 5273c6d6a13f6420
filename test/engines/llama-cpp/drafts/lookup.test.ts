import type { Token } from 'node-llama-cpp';
import { expect, test } from 'vitest';
import { DraftPlanner } from '../../../../src/engines/llama-cpp/drafts/draft-planner.ts';
import { LookupDrafter } from '../../../../src/engines/llama-cpp/drafts/lookup.ts';

const FREE = { stepMs: 1, draftToken: 0, draftCatchUp: 0, passes: [{ drafted: 4, cost: 1.01 }] };

async function lookUp(history: readonly number[], ngramMin = 2): Promise<unknown> {
  const drafter = new LookupDrafter({ mode: 'lookup', maxDraft: 4, ngramMin, ngramMax: 3 });
  const planner = new DraftPlanner(FREE, { maxDraft: 4, priors: drafter.priors });
  const round = planner.start({ room: 10, behind: 0 });
  const drafted = await drafter.draft(tokens(history), planner, round);
  return { drafted, grades: [...new Set(round.grades)] };
}

function tokens(ids: readonly number[]): Token[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return ids as Token[];
}

test('what followed the last tokens before follows again', async () => {
  expect(await lookUp([1, 2, 3, 4, 5, 9, 2, 3])).toEqual({ drafted: [4, 5, 9, 2], grades: [0] });
});

test('the longest match counts', async () => {
  expect(await lookUp([1, 2, 3, 4, 7, 2, 3, 5, 1, 2, 3])).toEqual({
    drafted: [4, 7, 2, 3],
    grades: [1],
  });
});

test('of matches of the same length the last one counts', async () => {
  expect(await lookUp([2, 3, 4, 6, 2, 3, 5, 8, 2, 3])).toMatchObject({ drafted: [5, 8, 2, 3] });
});

test('a match may reach into what it continues', async () => {
  expect(await lookUp([9, 5, 5, 5])).toMatchObject({ drafted: [5] });
});

test('fewer tokens than the least are no match', async () => {
  expect(await lookUp([3, 4, 9, 3])).toEqual({ drafted: [], grades: [] });
  expect(await lookUp([3, 4, 9, 3], 1)).toMatchObject({ drafted: [4, 9, 3] });
});

test('nothing before is nothing to copy', async () => {
  expect(await lookUp([7], 1)).toEqual({ drafted: [], grades: [] });
});
