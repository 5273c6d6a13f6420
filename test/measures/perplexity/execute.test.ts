import { factOf } from '../../fixtures/recorded-run.ts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scoreText } from '../../../src/measures/perplexity/execute.ts';
import type { PerplexityPlan } from '../../../src/records/perplexity.ts';
import type { Incident } from '../../../src/records/verdict.ts';
import { perplexityCells } from '../../../src/measures/perplexity/columns.ts';
import { RunStore } from '../../../src/store/run-store.ts';
import { lacksScores, readRunScores } from '../../../src/store/score-store.ts';
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.ts';
import { makeScoreHeader, makeScorePlan, makeSubject, ROWS } from '../../fixtures/score-run.ts';
import { makeHeader } from '../../fixtures/run.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Scores a plan's rows in a folder with an engine whose scores are written down. */
async function score(folder: string, plan: PerplexityPlan, script: Partial<Script> = {}) {
  const engine = createScriptedEngine({ answer: () => '', ...script });
  const incidents: Incident[] = [];
  await using run = await RunStore.open({ folder, header: makeHeader(), fresh: false });
  const store = await run.scores(makeScoreHeader(plan));
  await scoreText({
    store,
    rows: ROWS.slice(0, plan.text.rows),
    modelPaths: new Map(plan.subjects.map(({ model }) => [model.weights.sha256, '/nowhere'])),
    engines: new Map([[engine.identity.name, engine]]),
    threads: 1,
    addIncident: (incident) => incidents.push(incident),
    progress: () => undefined,
    signal: new AbortController().signal,
  });
  return { scored: engine.scored, incidents };
}

/** What the records in a folder sum up to. */
function cellsIn(folder: string) {
  const records = readRunScores(folder);
  if (records.kind !== 'scored') {
    throw new Error('no scores');
  }
  return perplexityCells(records);
}

const scoreLines = (folder: string): string => readFileSync(join(folder, 'scores.jsonl'), 'utf8');

test('each row is scored once, and one without a second token has nothing to score', async () => {
  const folder = temporaryFolder();
  const { scored } = await score(folder, makeScorePlan());
  expect(scored).toEqual(['0', '1', '2', '3']);
  const [cell] = cellsIn(folder);
  expect(cell?.perplexity).toMatchObject({ method: 'rows', rows: 5, windows: 4, bos: false });
  expect(cell).not.toHaveProperty('divergence');
});

test('a finished subject is not scored again', async () => {
  const folder = temporaryFolder();
  await score(folder, makeScorePlan());
  const before = scoreLines(folder);
  expect((await score(folder, makeScorePlan())).scored).toEqual([]);
  expect(scoreLines(folder)).toBe(before);
});

test.each(['rows', 'llama-cpp'] as const)(
  'an engine that dies leaves an incident; the same command goes on and ends as if nothing had been (%s)',
  async (kind) => {
    const method =
      kind === 'rows' ? ({ kind, window: 6, stride: 3 } as const) : ({ kind, window: 6 } as const);
    const plan = makeScorePlan({ method });
    const folder = temporaryFolder();
    const { scored, incidents } = await score(folder, plan, { diesBeforeWindow: 3 });
    expect(scored).toHaveLength(3);
    expect(incidents).toMatchObject([{ stage: 'perplexity', cell: 'tiny:q8_0' }]);
    expect(lacksScores(readRunScores(folder))).toBe(true);
    expect(cellsIn(folder)[0]?.perplexity).toHaveProperty('notRun');
    await score(folder, plan);
    const undisturbed = temporaryFolder();
    await score(undisturbed, plan);
    expect(lacksScores(readRunScores(folder))).toBe(false);
    expect(scoreLines(folder).split('\n').toSorted()).toEqual(
      scoreLines(undisturbed).split('\n').toSorted(),
    );
    expect(cellsIn(folder)).toEqual(cellsIn(undisturbed));
  },
);

test('of more rows the further ones are scored, and of fewer only these count', async () => {
  const folder = temporaryFolder();
  const plan = makeScorePlan();
  const short = { ...plan, text: { ...plan.text, rows: 2 } };
  expect((await score(folder, short)).scored).toEqual(['0', '1']);
  const [first] = cellsIn(folder);
  expect((await score(folder, plan, { diesBeforeWindow: 1 })).scored).toEqual(['2']);
  expect(lacksScores(readRunScores(folder))).toBe(true);
  expect((await score(folder, plan)).scored).toEqual(['3']);
  const undisturbed = temporaryFolder();
  await score(undisturbed, plan);
  expect(cellsIn(folder)).toEqual(cellsIn(undisturbed));
  expect((await score(folder, short)).scored).toEqual([]);
  expect(cellsIn(folder)).toEqual([first]);
});

test('KL divergence waits for a reference whose engine died, and is there after the same command again', async () => {
  const folder = temporaryFolder();
  const subjects = [makeSubject('q4_0'), makeSubject('f16')];
  const plan = { ...makeScorePlan({ subjects, kl: true }), reference: 'tiny:f16' };
  const { scored } = await score(folder, plan, { diesBeforeWindow: 2, diesOnce: true });
  expect(scored).toEqual(['0', '1', 'died']);
  expect(lacksScores(readRunScores(folder))).toBe(true);
  await score(folder, plan);
  expect(lacksScores(readRunScores(folder))).toBe(false);
  expect(cellsIn(folder)[0]?.divergence).toMatchObject({ kl: { mean: 0 } });
});

test('a score of other settings is another score', async () => {
  const folder = temporaryFolder();
  await score(folder, makeScorePlan());
  const other = makeScorePlan({ method: { kind: 'rows', window: 32, stride: 16 } });
  expect((await score(folder, other)).scored).toEqual(['0', '1', '2', '3']);
  expect((await score(folder, makeScorePlan())).scored).toEqual([]);
});

test('the reference is scored first, and the others are compared with it', async () => {
  const folder = temporaryFolder();
  const small = makeSubject('q4_0');
  const subjects = [
    {
      ...small,
      model: {
        ...small.model,
        weights: { ...factOf(small.model), kind: 'file' as const, bytes: 9 },
      },
    },
  ];
  const plan = makeScorePlan({ subjects: [...subjects, makeSubject('f16')], kl: true });
  expect(plan.reference).toBe('tiny:f16');
  await score(folder, plan);
  const names = scoreLines(folder)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).subject);
  expect([...new Set(names)]).toEqual(['tiny:f16', 'tiny:q4_0']);
  const [q4, f16] = cellsIn(folder);
  expect(f16).not.toHaveProperty('divergence');
  // The script gives both the same probabilities.
  expect(q4?.divergence).toMatchObject({
    reference: 'tiny:f16',
    nllDifference: { estimate: 0 },
    top1Agreement: { estimate: 1 },
    kl: { mean: 0, median: 0, p99: 0, max: 0 },
  });
});

test("llama.cpp's method joins the rows with newlines", async () => {
  const folder = temporaryFolder();
  const plan = makeScorePlan({ method: { kind: 'llama-cpp', window: 8 } });
  await score(folder, plan);
  // The scripted tokenizer makes a token of four characters.
  const windows = Math.floor(Math.ceil(ROWS.join('\n').length / 4) / 8);
  const [cell] = cellsIn(folder);
  expect(cell?.perplexity).toMatchObject({ method: 'llama-cpp', windows, tokens: windows * 3 });
  expect(cell?.perplexity).not.toHaveProperty('macro');
});

test('a text shorter than one window is a usage error', async () => {
  const plan = makeScorePlan({ method: { kind: 'llama-cpp', window: 512 } });
  await expect(score(temporaryFolder(), plan)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('fewer tokens for tiny:q8_0 than one window of 512'),
  });
});
