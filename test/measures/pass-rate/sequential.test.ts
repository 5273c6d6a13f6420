import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withNoiseFloor } from '../../../src/harness/noise-floor.ts';
import type { StopRule } from '../../../src/measures/measure.ts';
import type { ProgressEvent } from '../../../src/records/progress.ts';
import type { Plan } from '../../../src/records/plan.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { readRun } from '../../../src/store/run-store.ts';
import { sha256Text } from '../../../src/records/hash.ts';
import { F16, failing, greedyCell, manyTasks, recordedRun } from '../../fixtures/recorded-run.ts';
import { createScriptedEngine } from '../../fixtures/scripted-engine.ts';
import { RIGHT, runScripted } from '../../fixtures/scripted-run.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const TASKS = manyTasks(64);
const PLAN: Plan = recordedRun([{ cell: greedyCell('q8_0'), passes: failing(0) }], { tasks: 64 })
  .header.plan;
const LIMITS = { maxDrop: 0.05, confidence: 0.95 };

/** Certain of a fail from so many failed answers on. */
function failsFrom(count: number): StopRule {
  return {
    certain: (_, judged) =>
      [...judged.values()].filter(({ passed }) => passed === 0).length >= count
        ? {
            verdict: 'fail',
            limits: LIMITS,
            baseline: { name: 'base', recordsSha256: sha256Text('base') },
          }
        : undefined,
  };
}

async function run(folder: string, answer: string, stopRule?: StopRule, plan = PLAN) {
  const engine = createScriptedEngine({ answer: () => answer });
  const events: ProgressEvent[] = [];
  await runScripted({ folder, engine, plan, tasks: TASKS, stopRule, events });
  const { answered, timed } = engine;
  return { answered, timed, events, report: summarize(readRun(folder)) };
}

test('a cell ends when its verdict is certain: stopped by rule, without any pass rate', async () => {
  const { answered, report } = await run(temporaryFolder(), 'wrong', failsFrom(20));
  expect(answered).toHaveLength(32);
  expect(report.status).toBe('stopped by rule');
  expect(report.cells[0]).toMatchObject({
    passAt1: { notRun: expect.stringContaining('stopped by rule after 32 of 64 tasks') },
    // Two scripted tokens for each task that was left out.
    stopped: { verdict: 'fail', judged: 32, savedTokens: 64 },
  });
});

test('progress counts what is done of all tasks, look by look', async () => {
  const { events } = await run(temporaryFolder(), 'wrong', failsFrom(20));
  const started = events.flatMap((event) =>
    event.kind === 'step-started' && event.step.endsWith('generating')
      ? [[event.done, event.pieces, event.total]]
      : [],
  );
  expect(started).toEqual([
    [0, 16, 64],
    [16, 16, 64],
  ]);
});

test('the order is shuffled, and the same each time', async () => {
  const [first, second] = [
    await run(temporaryFolder(), 'wrong', failsFrom(1)),
    await run(temporaryFolder(), 'wrong', failsFrom(1)),
  ];
  expect(first.answered).toHaveLength(16);
  expect(second.answered).toEqual(first.answered);
  expect(first.answered).not.toEqual(TASKS.slice(0, 16).map(({ taskId }) => taskId));
});

test('a cell that is never certain is asked everything and leaves no stop', async () => {
  const folder = temporaryFolder();
  const { answered, report } = await run(folder, RIGHT, failsFrom(1));
  expect(answered).toHaveLength(64);
  expect(report.status).toBe('complete');
  expect(existsSync(join(folder, 'stops.jsonl'))).toBe(false);
});

test('the same stop again is the one that stands in the records', async () => {
  const folder = temporaryFolder();
  await run(folder, 'wrong', failsFrom(1));
  const { answered } = await run(folder, 'wrong', failsFrom(1));
  expect(answered).toEqual([]);
  expect(readRun(folder).stops).toHaveLength(1);
});

test('a cell is timed once it was finished after its stop, and not before', async () => {
  const folder = temporaryFolder();
  const latency = { taskIds: ['Test/0', 'Test/1'], repeats: 1, maxTokens: 8 };
  const stopped = await run(folder, 'wrong', failsFrom(1), { ...PLAN, latency });
  expect(stopped.timed).toEqual([]);
  expect(stopped.report.cells[0]?.tpotMs).toEqual({ notRun: 'the cell was stopped by rule' });
  const { report } = await run(folder, 'wrong', undefined, { ...PLAN, latency });
  expect(report).toMatchObject({
    status: 'complete',
    cells: [{ timingsMissing: 0, tpotMs: { n: 2 } }],
  });
});

test('a stopped run that goes on without the rule is complete, and its stop forgotten', async () => {
  const folder = temporaryFolder();
  await run(folder, 'wrong', failsFrom(1));
  const { answered, report } = await run(folder, 'wrong');
  expect(answered).toHaveLength(48);
  expect(report).toMatchObject({ status: 'complete', cells: [{ passAt1: { total: 64 } }] });
  expect(report.cells[0]?.stopped).toBeUndefined();
});

test('the noise floor is the reference at another number of sequences, under a name of its own', () => {
  const reference = greedyCell('f16', { parallel: 16 });
  const plan = { ...PLAN, cells: [reference, ...PLAN.cells] };
  expect(withNoiseFloor(plan, reference).cells.at(-1)).toMatchObject({
    id: 'tiny:f16/greedy/noise-floor',
    model: F16,
    role: 'noise-floor',
    parallel: 8,
  });
});

test('where looks spend an error, the last one is recorded too, and the pass rate stays', async () => {
  const folder = temporaryFolder();
  const seen: number[][] = [];
  const rule: StopRule = {
    spends: true,
    certain: (_, judged, { planned, taken }) => {
      seen.push([judged.size, ...planned.slice(0, taken)]);
      return taken < planned.length
        ? undefined
        : {
            verdict: 'inconclusive',
            limits: LIMITS,
            baseline: { name: 'base', recordsSha256: sha256Text('base') },
            spending: { planned: [...planned], looks: [{ pairs: 64, lost: 1, gained: 0 }] },
          };
    },
  };
  const { report } = await run(folder, RIGHT, rule);
  expect(seen).toEqual([
    [16, 16],
    [32, 16, 32],
    [48, 16, 32, 48],
    [64, 16, 32, 48, 64],
  ]);
  expect(report.status).toBe('complete');
  expect(report.cells[0]?.passAt1).toMatchObject({ passed: 64 });
  expect(readRun(folder).stops).toHaveLength(1);
});
