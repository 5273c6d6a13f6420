import { expect, test } from 'vitest';
import { compareCells } from '../../src/compare/compare-cells.ts';
import { evidenceIn } from '../fixtures/evidence.ts';
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
  expect(evidenceIn(records, F16, 'run').noiseFloor).toEqual({ flips: 2, tasks: 164 });
  expect(evidenceIn(records, cached, 'run').noiseFloor).toBeUndefined();
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
  const reference = evidenceIn(recordedRun([{ cell: F16, passes: failing(0) }]), F16, 'base');
  expect(() => compareCells(reference, evidenceIn(records, cell, 'run'), LIMITS)).toThrow(
    'run#tiny:q8_0/greedy was stopped by rule after 16 of 164 tasks',
  );
});

function stop(judged: number) {
  return {
    version: 1 as const,
    cell: F16.id,
    verdict: 'fail' as const,
    judged,
    tasks: 164,
    savedTokens: 1,
    limits: LIMITS,
    baseline: { name: 'base', recordsSha256: sha256Text('base') },
  };
}

/** A run after so many answers, of which so many have a verdict, with the stops that it came to. */
function after(answered: number, judged: number, stops: readonly number[]) {
  const whole = recordedRun([{ cell: F16, passes: failing(164) }]);
  const records = {
    ...whole,
    completions: whole.completions.slice(0, answered),
    verdicts: whole.verdicts.slice(0, judged),
    stops: stops.map(stop),
  };
  const { stopped, report } = evidenceIn(records, F16, 'run');
  return { stopped: stopped?.judged, shown: report?.stopped?.judged };
}

test('a cell that was stopped twice stands at its last stop, in reports and comparisons alike', () => {
  expect(after(48, 48, [16, 48])).toEqual({ stopped: 48, shown: 48 });
});

test('a cell that went on after a stop is not stopped, though it lacks a verdict or was interrupted', () => {
  expect(after(164, 163, [16])).toEqual({ stopped: undefined, shown: undefined });
  expect(after(100, 100, [16])).toEqual({ stopped: undefined, shown: undefined });
});
