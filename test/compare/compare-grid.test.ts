import { expect, test } from 'vitest';
import { compareGrid } from '../../src/compare/compare-grid.ts';
import { unpairedRatio } from '../../src/metrics/unpaired-ratio.ts';
import { benchComparisonSchema } from '../../src/records/bench-comparison.ts';
import { render } from '../../src/report/index.ts';
import { renditionOfGridComparison } from '../../src/report/compare/grid.ts';
import { sha256Text } from '../../src/records/hash.ts';
import type { ModelRecord } from '../../src/records/model.ts';
import type { BenchOutcome } from '../../src/records/bench.ts';
import { makeBenchHeader, makeGrid, makeResults, measured } from '../fixtures/bench.ts';
import { makeCell } from '../fixtures/run.ts';

function model(quantization: string, bytes: number): ModelRecord {
  const weights = {
    kind: 'file',
    name: `tiny-${quantization}.gguf`,
    sha256: sha256Text(quantization),
    bytes,
  } as const;
  return { ...makeCell().model, quantization, weights };
}

// The smaller one first: a reference is not who was named first.
const PLAN = makeGrid({ models: [model('q4_0', 300_000), model('f16', 1_000_000)], batch: [1, 2] });

function compared(...outcomes: readonly BenchOutcome[]) {
  const header = makeBenchHeader(PLAN);
  return compareGrid('grid', { header, results: makeResults(PLAN, outcomes) });
}

const Q4 = [
  measured(1, 1.1, 0.9, 1),
  measured(2, 2),
  measured(3, 3),
  { kind: 'oom', detail: 'no memory' },
] as const;
const F16 = [measured(2, 2.2, 1.8, 2), measured(3, 3), measured(6, 6), measured(7, 7)] as const;

test('cells of the same work and settings are held against the reference model', () => {
  const report = compared(...Q4, ...F16);
  expect(benchComparisonSchema.parse(report)).toEqual(report);
  expect(report.reference).toBe('tiny:f16');
  expect(
    report.comparisons.map(({ candidate, reference }) => [candidate.id, reference.id]),
  ).toEqual(
    [
      'batch 1/context 64/flash on',
      'batch 1/context 64/flash off',
      'batch 2/context 64/flash on',
      'batch 2/context 64/flash off',
    ].map((id) => [`tiny:q4_0/${id}`, `tiny:f16/${id}`]),
  );
  expect(report.comparisons[0]).toMatchObject({
    secondsRatio: unpairedRatio([1, 1.1, 0.9, 1], [2, 2.2, 1.8, 2]),
    sizeRatio: 0.3,
    // 64 prompt tokens in half a second and in one.
    candidate: { prefillTokensPerSecond: { median: 128 }, decodeTokensPerSecond: { median: 10 } },
    reference: { prefillTokensPerSecond: { median: 64 }, decodeTokensPerSecond: { median: 5 } },
  });
  expect(report.comparisons[0]?.secondsRatio).toMatchObject({ n: 4, estimate: 0.5 });
});

test('a cell that was not measured has no ratio and says why', async () => {
  const report = compared(...Q4, ...F16);
  expect(report.comparisons[3]?.secondsRatio).toEqual({
    notRun: 'one of the two was not measured',
  });
  const { text } = await render(renditionOfGridComparison(report), 'terminal');
  expect(text).toContain('tiny:q4_0/batch 2/context 64/flash off: not run: ');
});

test('one minibatch has no interval, so no ratio', () => {
  const report = compared(measured(1), ...Q4.slice(1), measured(2), ...F16.slice(1));
  expect(report.comparisons[0]?.secondsRatio).toEqual({
    notRun: 'needs two timed minibatches of each: evalkit bench --repeats 2',
  });
});

test('the planned speed-ups stand beside them, and alone where there is one model', async () => {
  const both = compared(...Q4, ...F16);
  expect(both.speedups.map(({ over }) => over)).toContain('tiny:f16/batch 1/context 64/flash off');
  const plan = makeGrid();
  const results = makeResults(plan, [measured(1, 1), measured(2, 2)]);
  const alone = compareGrid('grid', { header: makeBenchHeader(plan), results });
  expect(alone.comparisons).toEqual([]);
  const { text } = await render(renditionOfGridComparison(alone), 'terminal');
  expect(text).toContain('2.00 (2.00 to 2.00, n 2)');
  expect(text).not.toContain('above 1 is slower');
});

test('one model with one setting is compared with nothing', () => {
  const plan = makeGrid({ flash: ['on'] });
  expect(() => compareGrid('grid', { header: makeBenchHeader(plan), results: [] })).toThrow(
    'grid holds the times of one model',
  );
});
