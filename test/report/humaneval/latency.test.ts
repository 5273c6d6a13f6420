import { expect, test } from 'vitest';
import { sha256Text } from '../../../src/records/hash.ts';
import type { CellPlan } from '../../../src/records/plan.ts';
import type { Timing } from '../../../src/records/timing.ts';
import { renderMarkdown, renderTerminal } from '../../fixtures/render.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import type { RunRecords } from '../../../src/store/run-store.ts';
import {
  makeCell,
  makeCompletion,
  makeHeader,
  makePlan,
  makeSession,
  makeVerdict,
  TASKS,
} from '../../fixtures/run.ts';

const GREEDY = makeCell();
const LOOKUP = makeCell({
  id: 'tiny:q8_0/lookup',
  decode: { mode: 'lookup', maxDraft: 8, ngramMin: 1, ngramMax: 3 },
});
const TASK_IDS = Array.from({ length: 8 }, (_, index) => `Test/${index}`);

/** Timings of all tasks; the cell takes `slowness` times as long as the model of the test. */
function timingsOf(cell: CellPlan, slowness: number, othersCpuShare = 0): Timing[] {
  return TASK_IDS.flatMap((taskId, task) =>
    [0, 1, 2].map(
      (repeat): Timing => ({
        version: 1,
        key: sha256Text(`${cell.id} ${taskId} ${repeat}`),
        cell: cell.id,
        taskId,
        repeat,
        promptTokens: 100,
        newTokens: 21,
        stopReason: 'end-token',
        ttftMs: slowness * (200 + task + repeat),
        decodeMs: slowness * (400 + 20 * task),
        othersCpuShare,
      }),
    ),
  );
}

function recordsOf(changes: Partial<RunRecords> = {}): RunRecords {
  const cells = [GREEDY, LOOKUP];
  const plan = makePlan({ cells, latency: { taskIds: TASK_IDS, repeats: 3, maxTokens: 128 } });
  return {
    header: makeHeader(plan),
    completions: cells.flatMap((cell) =>
      TASKS.map((task, index) => ({
        ...makeCompletion(cell, task),
        ...(cell === LOOKUP
          ? {
              tokens: index === 1 ? [1, 2, 9, 9] : [1, 2, 3],
              draft: { drafted: 4, accepted: 1, passes: 2 },
            }
          : {}),
      })),
    ),
    verdicts: cells.flatMap((cell) =>
      TASKS.map((task) => makeVerdict(cell, task, { kind: 'passed' })),
    ),
    sessions: cells.flatMap((cell) => [
      makeSession(cell),
      {
        ...makeSession(cell),
        pass: 'latency' as const,
        interleaved: 'cells' as const,
        peakRssBytes: 7,
      },
    ]),
    incidents: [],
    timings: [...timingsOf(GREEDY, 1), ...timingsOf(LOOKUP, 2)],
    ...changes,
  };
}

test('tasks are what is counted, each with the median of its repeats', () => {
  const [cell] = summarize(recordsOf()).cells;
  expect(cell?.ttftMs).toMatchObject({ n: 8, mean: 204.5, median: 204.5, min: 201, max: 208 });
  expect(cell?.tpotMs).toMatchObject({ n: 8, mean: 23.5 });
  expect(cell?.peakRssBytes).toBe(7);
  expect(cell?.generation).toMatchObject({ peakRssBytes: 300_000_000, sessions: 1 });
});

test('ratios are to the reference, by prompts that both were timed on', () => {
  const report = summarize(recordsOf());
  expect(report.reference).toBe(GREEDY.id);
  expect(report.cells.map(({ speedup }) => speedup)).toEqual([
    {
      reference: GREEDY.id,
      ttft: { n: 8, estimate: 1, ci95: [1, 1] },
      tpot: { n: 8, estimate: 1, ci95: [1, 1] },
    },
    {
      reference: GREEDY.id,
      ttft: { n: 8, estimate: 0.5, ci95: [0.5, 0.5] },
      tpot: { n: 8, estimate: 0.5, ci95: [0.5, 0.5] },
    },
  ]);
});

test('a cell that drafts says what was accepted, where it differs from greedy, and whether it pays', () => {
  const report = summarize(recordsOf());
  expect(report.cells[0]).not.toHaveProperty('draft');
  expect(report.cells[1]).toMatchObject({
    draft: { n: 3, drafted: 12, accepted: 3, acceptanceRate: 0.25, tokensPerPass: 10 / 6 },
    agreement: { reference: GREEDY.id, n: 3, differing: [{ taskId: 'Test/1', token: 2 }] },
  });
  const text = renderTerminal(report);
  expect(text).toContain('3 of 12 drafted tokens accepted (25.0 %), 1.67 tokens a pass');
  expect(text).toContain('draft speed-up: slower: TPOT speed-up 0.50');
  expect(text).toContain('1 of 3 tasks differ from tiny:q8_0/greedy: Test/1 from token 2');
});

test.each([
  ['terminal', renderTerminal],
  ['Markdown', renderMarkdown],
])('%s shows TTFT and TPOT with their speed-ups, and throughput apart', (_, render) => {
  const text = render(summarize(recordsOf())).replaceAll('\\', '');
  expect(text).toMatch(
    /lookup .*47\.0.*0\.50 \(0\.50 to 0\.50\).*21\..*409.*0\.50 \(0\.50 to 0\.50\)/,
  );
  expect(text).toContain('throughput of the quality pass');
});

test('timings that are missing leave no figure, an incomplete run, and quality as it is', () => {
  const all = recordsOf();
  const report = summarize({ ...all, timings: all.timings.slice(1) });
  expect(report.status).toBe('incomplete');
  expect(report.cells[0]).toMatchObject({
    ttftMs: { notRun: '1 of 24 timings are missing' },
    passAt1: { passed: 3 },
    timingsMissing: 1,
  });
  expect(report.cells[1]?.speedup).toEqual({
    notRun: `1 timing of the reference ${GREEDY.id} is missing`,
  });
});

test('a busy machine is warned about', () => {
  const busy = summarize(
    recordsOf({ timings: [...timingsOf(GREEDY, 1, 0.4), ...timingsOf(LOOKUP, 2, 0.4)] }),
  );
  expect(busy.warnings).toContainEqual(
    expect.stringContaining('the machine was busy, other processes used 40.0 % of its cores'),
  );
  expect(summarize(recordsOf()).warnings).toEqual([]);
});

test('cells that were timed with different thread counts are warned about, by their last session', () => {
  const { sessions } = recordsOf();
  const other = sessions.map((session) =>
    session.cell === LOOKUP.id && session.pass === 'latency' ? { ...session, threads: 1 } : session,
  );
  expect(summarize(recordsOf({ sessions: other })).warnings).toEqual([
    expect.stringMatching(
      /^latency: cells ran with different thread counts \(.*greedy with 2, .*lookup with 1\)/,
    ),
  ]);
  expect(summarize(recordsOf({ sessions: [...other, ...sessions] })).warnings).toEqual([]);
});

test('few tasks are warned about', () => {
  const plan = makePlan({
    cells: [GREEDY, LOOKUP],
    latency: { taskIds: TASK_IDS.slice(0, 2), repeats: 3, maxTokens: 128 },
  });
  expect(summarize(recordsOf({ header: makeHeader(plan) })).warnings).toContainEqual(
    expect.stringContaining('intervals over 2 tasks are too narrow to trust'),
  );
});

test('several samples a task give pass@k with tasks as units', () => {
  const cell = makeCell({
    decode: { mode: 'sample', temperature: 0.2, topP: 0.95, topK: 0, samples: 2 },
  });
  const verdicts = TASKS.flatMap((task, index) =>
    [0, 1].map((sample) => ({
      ...makeVerdict(
        cell,
        task,
        // Task 0 passes twice, 1 once, 2 never.
        index + sample < 2
          ? { kind: 'passed' }
          : { kind: 'failed', cause: 'assertion', detail: '' },
      ),
      sample,
    })),
  );
  const header = makeHeader(makePlan({ cells: [cell], k: [1, 2, 5] }));
  const [report] = summarize(recordsOf({ header, verdicts })).cells;
  expect(report?.passAt1).toMatchObject({ passed: 3, total: 6, samples: 2, estimate: 0.5 });
  expect(report?.passAtK).toMatchObject({
    1: { k: 1, tasks: 3, estimate: 0.5 },
    2: { k: 2, tasks: 3, estimate: 2 / 3 },
    5: { notRun: 'a task has only 2 samples' },
  });
  const partly = summarize(recordsOf({ header, verdicts: verdicts.slice(1) })).cells[0];
  expect(partly).toMatchObject({
    pending: 1,
    passAt1: { notRun: '1 of 6 completions have no verdict yet' },
  });
});
