import { expect, test } from 'vitest';
import { compareCells } from '../../src/compare/compare-cells.ts';
import { evidenceOfRun } from '../../src/compare/evidence.ts';
import { sha256Text } from '../../src/records/hash.ts';
import { failing, greedyCell, recordedRun } from '../fixtures/recorded-run.ts';

const LIMITS = { maxDrop: 0.05, confidence: 0.95 };
const F16 = greedyCell('f16');

test('a noise floor stands beside the cell of its own settings alone', () => {
  const cached = greedyCell('f16', {
    id: 'tiny:f16@q8_0/q8_0/greedy',
    settings: { ...F16.settings, cacheTypeK: 'q8_0', cacheTypeV: 'q8_0' },
  });
  const twin = greedyCell('f16', {
    id: 'tiny:f16/greedy/noise-floor',
    parallel: 2,
    role: 'noise-floor',
  });
  const records = recordedRun([
    { cell: F16, passes: failing(60) },
    { cell: cached, passes: failing(50) },
    { cell: twin, passes: failing(62) },
  ]);
  expect(evidenceOfRun(records, F16, 'run').noiseFloor).toEqual({ flips: 2, tasks: 164 });
  expect(evidenceOfRun(records, cached, 'run').noiseFloor).toBeUndefined();
});

test('a cell that a rule stopped is not compared, since it has no pass rate', () => {
  const cell = greedyCell('q8_0');
  const whole = recordedRun([{ cell, passes: failing(164) }]);
  const records = {
    ...whole,
    completions: whole.completions.slice(0, 16),
    verdicts: whole.verdicts.slice(0, 16),
    stops: [
      {
        version: 1 as const,
        cell: cell.id,
        verdict: 'fail' as const,
        judged: 16,
        tasks: 164,
        savedTokens: 444,
        limits: LIMITS,
        baseline: { name: 'base', recordsSha256: sha256Text('base') },
      },
    ],
  };
  const reference = evidenceOfRun(recordedRun([{ cell: F16, passes: failing(0) }]), F16, 'base');
  expect(() => compareCells(reference, evidenceOfRun(records, cell, 'run'), LIMITS)).toThrow(
    'run#tiny:q8_0/greedy was stopped by rule after 16 of 164 tasks',
  );
});
