import { expect, test } from 'vitest';
import { unpairedRatio } from '../../../src/metrics/unpaired-ratio.ts';
import { benchReportSchema } from '../../../src/records/bench.ts';
import { describeBench } from '../../../src/report/bench/document.ts';
import { summarizeBench } from '../../../src/report/bench/summary.ts';
import { markdownParts } from '../../../src/report/formats/markdown.ts';
import { PLAIN_VIEW } from '../../../src/report/index.ts';
import { terminalText } from '../../../src/report/formats/terminal.ts';
import { makeBenchHeader, makeGrid, makeResults, measured } from '../../fixtures/bench.ts';

const PLAN = makeGrid();

function report(outcomes: Parameters<typeof makeResults>[1], plan = PLAN) {
  return summarizeBench(makeBenchHeader(plan), makeResults(plan, outcomes));
}

test('a measured cell has seconds a minibatch and tokens a second with n and interval', () => {
  const { cells, status } = report([measured(2, 2.1, 1.9, 2)]);
  expect(status).toBe('incomplete');
  expect(cells[0]?.seconds).toMatchObject({ n: 4, median: 2 });
  // 64 prompt tokens in one second, five new ones in another.
  expect(cells[0]?.prefillTokensPerSecond).toMatchObject({ n: 4, median: 64 });
  expect(cells[0]?.decodeTokensPerSecond).toMatchObject({ n: 4, median: 5 });
  expect(cells[1]?.seconds).toEqual({ notRun: 'not reached' });
});

test('the speed-up of flash attention is plain seconds over flash seconds', () => {
  const { speedups } = report([
    measured(1, 1, 1, 1),
    measured(2, 2, 2, 2),
    { kind: 'oom', detail: 'no memory' },
    measured(2, 2),
  ]);
  expect(speedups[0]).toMatchObject({
    cell: 'tiny:q8_0/batch 1/context 64/flash on',
    over: 'tiny:q8_0/batch 1/context 64/flash off',
    speedup: { n: 4, estimate: 2, ci95: [2, 2] },
  });
  expect(speedups[1]?.speedup).toEqual({ notRun: 'one of the two was not measured' });
});

test('cells that ran out of memory, took too long or failed stand in the tables by name', () => {
  const summary = report([
    { kind: 'oom', detail: 'no memory' },
    { kind: 'skipped', estimateMs: 900_000 },
    { kind: 'timeout', afterMs: 600_000 },
    { kind: 'failed', detail: 'was killed by SIGSEGV' },
  ]);
  expect(summary.status).toBe('incomplete');
  const document = describeBench(summary);
  expect(document.tables?.map(({ table }) => table.map((row) => row.join(' | ')))).toEqual([
    ['batch \\ context | 64', '1 | OOM', '2 | too long'],
    ['batch \\ context | 64', '1 | too long', '2 | failed'],
    ['batch \\ context | 64', '1 | n/a', '2 | n/a'],
  ]);
});

test('a grid whose cells all ended is complete, and every format has every cell', () => {
  const summary = report([
    measured(1, 1.1),
    measured(2, 2.2),
    { kind: 'oom', detail: 'no memory' },
    measured(4, 4.4),
  ]);
  expect(summary.status).toBe('complete');
  expect(benchReportSchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  const terminal = terminalText(describeBench(summary), PLAIN_VIEW);
  const markdown = Object.values(markdownParts(describeBench(summary))).join('\n');
  for (const { id } of PLAN.cells) {
    expect(terminal).toContain(id);
    expect(markdown).toContain(id.replace('_', '\\_'));
  }
  expect(terminal).toContain('OOM');
  expect(markdown).toContain('OOM');
});

test('an impossible and a refused cell say why, and do not leave the grid incomplete', () => {
  const grid = makeGrid({ batch: [1], ctxSize: [64, 128] });
  const cells = grid.cells.map((cell, index) =>
    index === 1 ? { ...cell, impossible: 'needs --flash on' } : cell,
  );
  const plan = { ...grid, cells };
  const results = makeResults(plan, [
    measured(1, 1, 1, 1),
    measured(9),
    measured(1, 1, 1, 1),
    { kind: 'refused', detail: 'no such context' },
  ]).filter(({ cell }) => cell !== plan.cells[1]?.id);
  const summary = summarizeBench(makeBenchHeader(plan), results);
  expect(summary.status).toBe('complete');
  expect([summary.cells[1], summary.cells[3]]).toMatchObject([
    { seconds: { notRun: 'needs --flash on' } },
    { seconds: { notRun: 'no such context' } },
  ]);
  expect(terminalText(describeBench(summary), PLAIN_VIEW)).toMatch(/not run: needs --flash on/);
});

test('cells that ran with different thread counts are warned about', () => {
  const other = { ...measured(1, 1, 1, 1), threads: 2 } as ReturnType<typeof measured>;
  expect(report([measured(1, 1, 1, 1), other]).warnings).toEqual([
    expect.stringMatching(
      /^cells ran with different thread counts \(.*flash on with 1, .*flash off with 2\).*--threads$/,
    ),
  ]);
  expect(report([measured(1, 1, 1, 1), measured(1, 1, 1, 1)]).warnings).toEqual([]);
});

test('rows that cannot run here stand in the table with their reason', () => {
  const plan = makeGrid({
    common: { ...PLAN, notRun: [{ id: 'fp32, CUDA', reason: 'no engine for torch' }] },
  });
  expect(terminalText(describeBench(report([], plan)), PLAIN_VIEW)).toMatch(
    /fp32, CUDA +0 +not run: no engine for torch/,
  );
});

test('minibatches that differ much are warned about, and so is a missing warm-up', () => {
  const plan = makeGrid({ common: { ...PLAN, warmup: 0 } });
  expect(report([measured(1, 2, 3, 4)], plan).warnings).toEqual([
    expect.stringContaining('--warmup 0'),
    expect.stringContaining('differ by 52 % of their mean'),
  ]);
});

test('one value on a side gives no ratio', () => {
  expect(unpairedRatio([1], [1, 2])).toBeUndefined();
  expect(unpairedRatio([4, 4], [2, 2])).toEqual({ n: 2, estimate: 2, ci95: [2, 2] });
});
