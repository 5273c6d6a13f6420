import { expect, test } from 'vitest';
import { scoredRun } from '../../src/compare/compare-scores.ts';
import { decideScores } from '../../src/gate/decide-scores.ts';
import { renditionOfScoresGate } from '../../src/gate/scores-rendition.ts';
import { STANDARD_LIMITS } from '../../src/limits/index.ts';
import { perplexityGateSchema } from '../../src/records/perplexity-gate.ts';
import type { Subject } from '../../src/records/perplexity.ts';
import { render } from '../../src/report/index.ts';
import { makeScoreHeader, makeScorePlan, makeScores, makeSubject } from '../fixtures/score-run.ts';

const SCORES = {
  'tiny:f16': { nlls: [1, 2] },
  'tiny:q8_0': { nlls: [1, 2], kl: 0.01 },
  'tiny:q4_0': { nlls: [1, 2], kl: 0.05 },
} as const;

interface Asked {
  readonly subjects?: readonly Subject[];
  readonly scores?: Parameters<typeof makeScores>[1];
  readonly maxKl?: number;
  readonly allowLossyReference?: boolean;
}

/** Half as large, as a quantization is. */
function smaller(quantization: string): Subject {
  const subject = makeSubject(quantization);
  const { model } = subject;
  const weights = { ...model.weights, bytes: 500_000 };
  return { ...subject, model: { ...model, weights } };
}

function decided({ subjects, scores = SCORES, maxKl = 0.02, allowLossyReference = false }: Asked) {
  const plan = makeScorePlan({
    subjects: subjects ?? [makeSubject('f16'), smaller('q8_0'), smaller('q4_0')],
    kl: true,
  });
  const header = makeScoreHeader(plan);
  const records = { kind: 'scored', header, scores: makeScores(plan, scores) } as const;
  const limits = { ...STANDARD_LIMITS, maxKl };
  return decideScores(scoredRun('ppl', records), { limits, allowLossyReference });
}

test('each model passes or fails by its own estimate, and the worst is the verdict', () => {
  const report = decided({});
  expect(perplexityGateSchema.parse(report)).toEqual(report);
  expect(report).toMatchObject({
    verdict: 'fail',
    baseline: { name: 'tiny:f16' },
    limits: { maxKl: 0.02 },
    cells: [
      { cell: 'tiny:q8_0', verdict: 'pass', checks: [{ limit: 'max-kl', isPointThreshold: true }] },
      { cell: 'tiny:q4_0', verdict: 'fail' },
    ],
  });
  expect(report.cells[0]?.checks[0]?.detail).toMatch(/n = 10 tokens\), a lower bound, limit 0.02/);
  expect(decided({ maxKl: 0.05 + 1e-9 }).verdict).toBe('pass');
});

test.each(['terminal', 'md', 'json', 'junit', 'github'] as const)(
  '%s says that no limit on a drop was held',
  async (format) => {
    const { text } = await render(renditionOfScoresGate(decided({})), format);
    expect(text).toContain('no pass rate was measured, and no limit on a drop was held');
  },
);

test('a quantized reference shows no pass unless that is allowed', () => {
  const subjects = [makeSubject('q8_0'), smaller('q4_0')];
  const asked = { subjects, maxKl: 0.1 };
  expect(decided(asked).cells[0]).toMatchObject({
    verdict: 'inconclusive',
    checks: [{ detail: expect.stringContaining('the reference has lost something itself') }],
  });
  expect(decided({ ...asked, allowLossyReference: true }).verdict).toBe('pass');
});

const NOTHING: readonly [string, Asked, string][] = [
  [
    'scores are missing',
    { scores: { ...SCORES, 'tiny:q4_0': { nlls: [1, 2], kl: 0.01, rows: 3 } } },
    'ppl is incomplete',
  ],
  [
    'there is no KL divergence',
    { scores: { ...SCORES, 'tiny:q4_0': { nlls: [1, 2] } } },
    '--max-kl 0.02: nothing to hold against it in tiny:q4_0: it has no finite KL divergence',
  ],
  [
    'KL divergence is infinite',
    { scores: { ...SCORES, 'tiny:q4_0': { nlls: [1, 2], kl: Number.POSITIVE_INFINITY } } },
    'it has no finite KL divergence',
  ],
  [
    'tokens are others',
    { scores: { ...SCORES, 'tiny:q4_0': { nlls: [1, 2], kl: 0.01, tokens: 'x' } } },
    'another tokenizer',
  ],
  [
    'nothing was quantized',
    { subjects: [makeSubject('f16'), makeSubject('q8_0')] },
    'tiny:q8_0 is called q8_0 and holds the weights of f16, no smaller: nothing was quantized',
  ],
];

test.each(NOTHING)('it is refused where %s', (_, asked, reason) => {
  expect(() => decided(asked)).toThrow(reason);
});
