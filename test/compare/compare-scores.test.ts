import { expect, test } from 'vitest';
import { compareScores, scoredRun } from '../../src/compare/compare-scores.ts';
import { perplexityComparisonSchema } from '../../src/records/perplexity-comparison.ts';
import { makeScoreHeader, makeScorePlan, makeScores, makeSubject } from '../fixtures/score-run.ts';

type Made = Parameters<typeof makeScores>[1];

function compared(made: Made, kl = true) {
  const plan = makeScorePlan({ subjects: [makeSubject('f16'), makeSubject('q8_0')], kl });
  const header = makeScoreHeader(plan);
  const scores = makeScores(plan, made);
  return compareScores(scoredRun('ppl', { kind: 'scored', header, scores }));
}

test('the ratio of perplexities is exp of the paired NLL difference, with its interval', () => {
  const report = compared({
    'tiny:f16': { nlls: [1, 2] },
    'tiny:q8_0': { nlls: [1.2, 2.2], kl: 0.01 },
  });
  expect(perplexityComparisonSchema.parse(report)).toEqual(report);
  const [only, ...others] = report.comparisons;
  expect(others).toEqual([]);
  expect(report.reference.id).toBe('tiny:f16');
  if (only === undefined || 'notRun' in only.divergence || 'notRun' in only.perplexityRatio) {
    throw new Error('nothing was compared');
  }
  // Rows are 1, 1.1 … 1.4 times as hard: the mean difference is 1.2 times 0.2.
  expect(only.divergence.nllDifference.estimate).toBeCloseTo(0.24, 10);
  expect(only.perplexityRatio.estimate).toBeCloseTo(Math.exp(0.24), 10);
  const { ci95 } = only.divergence.nllDifference;
  expect(only.perplexityRatio.ci95).toEqual(ci95?.map(Math.exp));
  expect(only.perplexityRatio.ci95?.[0]).toBeGreaterThan(1.2);
  expect(only.divergence.kl?.mean).toBeCloseTo(0.01, 10);
});

test('models of other tokens have no ratio, and the reason is there', () => {
  const report = compared({
    'tiny:f16': { nlls: [1, 2] },
    'tiny:q8_0': { nlls: [1, 2], kl: 0.01, tokens: 'other' },
  });
  const reason = { notRun: expect.stringContaining('another tokenizer') };
  expect(report.comparisons[0]).toMatchObject({ perplexityRatio: reason, divergence: reason });
  expect(report.warnings.join()).toContain('their perplexities do not compare');
});

test('a folder that lacks scores says so and compares nothing of it', () => {
  const report = compared({
    'tiny:f16': { nlls: [1, 2] },
    'tiny:q8_0': { nlls: [1, 2], kl: 0.01, rows: 2 },
  });
  expect(report.status).toBe('incomplete');
  expect(report.comparisons[0]?.perplexityRatio).toEqual({
    notRun: '3 of 5 pieces are not scored yet',
  });
});

test('one model is held against nothing', () => {
  const plan = makeScorePlan();
  const header = makeScoreHeader(plan);
  expect(() => scoredRun('ppl', { kind: 'scored', header, scores: [] })).toThrow(
    'ppl holds the scores of one model, held against nothing',
  );
});
