import { expect, test } from 'vitest';
import { spread } from '../../../src/measures/spread.ts';
import { memoryError } from '../../../src/records/error.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import type { CellPlan, Plan } from '../../../src/records/plan.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { readRun } from '../../../src/store/run-store.ts';
import { makeCell, makePlan } from '../../fixtures/run.ts';
import { createScriptedEngine, type Script } from '../../fixtures/scripted-engine.ts';
import { RIGHT, runScripted } from '../../fixtures/scripted-run.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const GREEDY = makeCell();
const { model } = GREEDY;
const LOOKUP = makeCell({
  id: 'tiny:q8_0/lookup',
  decode: { mode: 'lookup', maxDraft: 8, ngramMin: 1, ngramMax: 3 },
});
const ASSISTED = makeCell({
  id: 'tiny:q8_0/assisted',
  decode: {
    mode: 'assisted',
    maxDraft: 8,
    draft: {
      ...model,
      base: 'tinier',
      weights: { ...model.weights, name: 'draft', sha256: sha256Text('draft') },
    },
  },
});
const OTHER = makeCell({
  id: 'tiny:q4_0/greedy',
  model: {
    ...model,
    quantization: 'q4_0',
    weights: { kind: 'file', name: 'tiny-q4_0.gguf', sha256: sha256Text('q4_0'), bytes: 500_000 },
  },
});

function planOf(cells: readonly CellPlan[], repeats = 2): Plan {
  return makePlan({
    cells: [...cells],
    latency: { taskIds: ['Test/0', 'Test/2'], repeats, maxTokens: 32 },
  });
}

const engineWith = (script: Partial<Script> = {}) =>
  createScriptedEngine({ answer: () => RIGHT, ...script });

/** The order of what was timed, warm-ups left out. */
function timedIn(folder: string): string[] {
  return readRun(folder).timings.map(({ cell, taskId, repeat }) => `${repeat} ${taskId} ${cell}`);
}

test('a model is loaded once for all modes in each pass, the draft last', async () => {
  const folder = temporaryFolder();
  const engine = engineWith();
  await runScripted({ folder, engine, plan: planOf([ASSISTED, LOOKUP, GREEDY]) });
  expect(engine.opened).toEqual(['/nowhere/tiny-q8_0.gguf', '/nowhere/tiny-q8_0.gguf']);
  expect(engine.drafts).toEqual(['/nowhere/draft', '/nowhere/draft']);
  const { completions, sessions } = readRun(folder);
  expect(completions.map(({ cell }) => cell.split('/')[1])).toEqual(
    ['greedy', 'lookup', 'assisted'].flatMap((mode) => [mode, mode, mode]),
  );
  const peaks = sessions.filter(({ pass }) => pass === 'latency');
  expect(peaks.map(({ cell, peakRssBytes }) => [cell.split('/')[1], peakRssBytes])).toEqual([
    // The scripted engine counts 500 bytes for each draft that it has ever loaded.
    ['greedy', 1_000_500],
    ['lookup', 1_000_500],
    ['assisted', 1_001_000],
  ]);
});

test('cells are interleaved and each task begins with the next one', async () => {
  const folder = temporaryFolder();
  const engine = engineWith();
  await runScripted({ folder, engine, plan: planOf([GREEDY, OTHER]) });
  expect(timedIn(folder)).toEqual([
    '0 Test/0 tiny:q8_0/greedy',
    '0 Test/0 tiny:q4_0/greedy',
    '0 Test/2 tiny:q4_0/greedy',
    '0 Test/2 tiny:q8_0/greedy',
    '1 Test/0 tiny:q4_0/greedy',
    '1 Test/0 tiny:q8_0/greedy',
    '1 Test/2 tiny:q8_0/greedy',
    '1 Test/2 tiny:q4_0/greedy',
  ]);
  // Eight timings, and a warm-up of each cell.
  expect(engine.timed).toHaveLength(10);
  expect(summarize(readRun(folder)).latency).toMatchObject({ interleaved: 'cells', timings: 8 });
});

test('models that do not fit in memory together take turns within each repeat', async () => {
  const folder = temporaryFolder();
  const engine = engineWith();
  const plan = planOf([GREEDY, LOOKUP, OTHER]);
  await runScripted({ folder, engine, plan, availableMemory: 1_600_000 });
  const order = timedIn(folder).map((text) => `${text[0]} ${text.includes('q4_0') ? 'q4' : 'q8'}`);
  expect(order.filter((text, index) => text !== order[index - 1])).toEqual([
    '0 q8',
    '0 q4',
    '1 q8',
    '1 q4',
  ]);
  expect(summarize(readRun(folder)).latency).toMatchObject({ interleaved: 'cells of a model' });
});

test('an interrupted pass goes on where it stopped and times nothing twice', async () => {
  const folder = temporaryFolder();
  const plan = planOf([GREEDY, OTHER]);
  const controller = new AbortController();
  const first = engineWith({
    times: () => {
      if (first.timed.length === 6) {
        controller.abort(new Error('Ctrl-C'));
      }
      return { ttftMs: 100, decodeMs: 10 };
    },
  });
  await expect(
    runScripted({ folder, engine: first, plan, signal: controller.signal }),
  ).rejects.toThrow('Ctrl-C');
  const kept = readRun(folder).timings.length;
  expect(kept).toBe(4);
  const report = summarize(readRun(folder));
  expect(report.status).toBe('incomplete');
  expect(report.cells[0]).toMatchObject({
    passAt1: { passed: 3 },
    timingsMissing: 2,
    ttftMs: { notRun: '2 of 4 timings are missing' },
  });
  const second = engineWith();
  await runScripted({ folder, engine: second, plan });
  expect(second.answered).toEqual([]);
  expect(second.timed).toHaveLength(8 - kept + 2);
  expect(new Set(timedIn(folder)).size).toBe(8);
  expect(summarize(readRun(folder)).status).toBe('complete');
});

test('an engine that dies while it is timed leaves quality as it is, and others go on', async () => {
  const folder = temporaryFolder();
  const plan = planOf([GREEDY, OTHER]);
  await runScripted({ folder, plan, engine: engineWith({ diesBeforeTiming: 2 }) });
  const report = summarize(readRun(folder));
  expect(report.status).toBe('incomplete');
  expect(report.cells.map(({ passAt1 }) => passAt1)).toMatchObject([{ passed: 3 }, { passed: 3 }]);
  expect(report.cells.map(({ infrastructure }) => infrastructure)).toEqual([0, 0]);
  expect(readRun(folder).incidents).toMatchObject([{ stage: 'time', cell: GREEDY.id }]);
  await runScripted({ folder, plan, engine: engineWith() });
  expect(summarize(readRun(folder)).status).toBe('complete');
});

test('a model that no longer fits into memory when it is timed leaves the others their timings', async () => {
  const folder = temporaryFolder();
  const plan = planOf([GREEDY, OTHER]);
  let opened = 0;
  const engine = engineWith({
    onOpen: (path) => {
      opened += 1;
      if (opened > 2 && path.includes('q8_0')) {
        throw memoryError('it does not fit');
      }
    },
  });
  await runScripted({ folder, plan, engine });
  const { incidents } = readRun(folder);
  expect(incidents).toMatchObject([
    { stage: 'time', cell: GREEDY.id, detail: 'memory: it does not fit' },
  ]);
  expect(summarize(readRun(folder)).cells.map(({ timingsMissing }) => timingsMissing)).toEqual([
    4, 0,
  ]);
});

test('a run that asks for latency later finds its answers, and more tasks find their timings', async () => {
  const folder = temporaryFolder();
  await runScripted({ folder, engine: engineWith(), plan: makePlan() });
  expect(summarize(readRun(folder)).latency).toEqual({
    notRun: 'no latency pass was asked for',
  });
  const second = engineWith();
  await runScripted({ folder, engine: second, plan: planOf([GREEDY], 1) });
  expect(second.answered).toEqual([]);
  expect(second.timed).toHaveLength(3);
  const third = engineWith();
  await runScripted({ folder, engine: third, plan: planOf([GREEDY], 2) });
  expect(third.timed).toHaveLength(3);
  expect(summarize(readRun(folder)).cells[0]?.timingsMissing).toBe(0);
});

test('tasks to time are spread over all of them', () => {
  const all = Array.from({ length: 10 }, (_, index) => `T/${index}`);
  expect(spread(all, 4)).toEqual(['T/0', 'T/2', 'T/5', 'T/7']);
  expect(spread(all, 99)).toEqual(all);
});
