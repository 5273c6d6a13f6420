import { expect, test } from 'vitest';
import type { RunRecords } from '../../src/store/run-store.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import { renditionOfRun } from '../../src/report/humaneval/rendition.ts';
import { render } from '../../src/report/index.ts';
import { makeCell, makeCompletion, makeHeader, makePlan, makeVerdict } from '../fixtures/run.ts';
import { ADD } from '../fixtures/task.ts';
import type { CellPlan } from '../../src/records/plan.ts';

const TASKS = Array.from({ length: 164 }, (_, index) => ({ ...ADD, taskId: `Test/${index}` }));

function cellOf(quantization: string, bytes: number): CellPlan {
  const { model } = makeCell();
  const weights = {
    kind: 'file' as const,
    name: `${quantization}.gguf`,
    sha256: quantization.padEnd(64, '0'),
    bytes,
  };
  return makeCell({
    id: `a-model-with-a-long-name:${quantization}/greedy`,
    model: { ...model, quantization, weights },
  });
}

const CELLS = [cellOf('f16', 1_000_000), cellOf('q4_k_m', 310_000), cellOf('q8_0', 600_000)];

/** The tasks that each cell fails; the others pass. */
const FAILED = [
  [0, 1, 2],
  [2, 3, 4, 5, 6],
  [0, 1],
];

function run(failed = FAILED): RunRecords {
  const plan = makePlan({
    cells: CELLS,
    dataset: {
      ...makePlan().dataset,
      taskIds: TASKS.map(({ taskId }) => taskId),
      total: TASKS.length,
    },
  });
  return {
    header: makeHeader(plan),
    completions: CELLS.flatMap((cell) =>
      TASKS.map((task) => ({ ...makeCompletion(cell, task), stopReason: 'max-tokens' as const })),
    ),
    verdicts: CELLS.flatMap((cell, index) =>
      TASKS.map((task, number) =>
        makeVerdict(
          cell,
          task,
          failed[index]?.includes(number) === true
            ? { kind: 'failed', cause: 'assertion', detail: '' }
            : { kind: 'passed' },
        ),
      ),
    ),
    sessions: [],
    incidents: [],
    timings: [],
  };
}

async function shown(columns: number): Promise<string[]> {
  const records = run();
  const rendition = renditionOfRun({ records, report: summarize(records) });
  const { text } = await render(rendition, 'terminal', {
    columns,
    isDetailed: false,
    more: ['details: there'],
  });
  return text.trimEnd().split('\n');
}

test('the reference stands first, then a line a candidate with what was lost and gained', async () => {
  const lines = await shown(80);
  expect(lines[2]).toMatch(/^f16, the reference: 161 of 164 tasks pass, 98\.2 % \(/);
  expect(lines[3]).toMatch(
    /^q4_k_m against f16: 2 fewer of 164 tasks \(4 lost, 2 gained; drop 1\.2 points, at most 4\.3 at 95 %\), file 0\.31 times the size$/,
  );
  expect(lines[4]).toMatch(
    /^q8_0 against f16: 1 more of 164 tasks \(0 lost, 1 gained; gain 0\.6 points, drop at most \d\.\d at 95 %\), file 0\.60 times the size$/,
  );
  expect(lines.at(-1)).toBe('details: there');
});

test.each([40, 60, 80, 100, 160])(
  'no row of the table is wider than %i columns',
  async (columns) => {
    const rows = (await shown(columns)).filter((line) => /^(?:cell|f16|q\S+)  /.test(line));
    expect(rows).toHaveLength(4);
    expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(columns);
  },
);

test('a wider terminal shows more columns', async () => {
  const heads = await Promise.all(
    [60, 80, 100, 160].map(async (columns) =>
      (await shown(columns)).find((line) => line.startsWith('cell'))?.split(/ {2,}/),
    ),
  );
  const counts = heads.map((row) => row?.length ?? 0);
  expect(counts).toEqual(counts.toSorted((one, other) => one - other));
  expect(counts[3]).toBeGreaterThan(counts[0] ?? 0);
});

test('a warning stands once, with the cells that it concerns', async () => {
  const warnings = (await shown(80)).filter((line) => line.includes('truncated'));
  expect(warnings).toEqual([
    `warning: completions were truncated at --max-tokens 64; raise it unless they loop: ${CELLS.map(({ id }) => `${id} (164 of 164)`).join(', ')}`,
  ]);
});
