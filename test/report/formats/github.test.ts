import { expect, test } from 'vitest';
import { runAnnotations } from '../../../src/report/formats/github.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { completeRun } from '../../fixtures/stored-run.ts';

test('tasks without a verdict are an error of the run, and what a rule left out is none', () => {
  const whole = completeRun();
  const report = summarize({ ...whole, verdicts: whole.verdicts.slice(1) });
  expect(runAnnotations(report)).toMatchObject([
    { level: 'error', message: expect.stringContaining('1 tasks have no verdict') },
  ]);
  const stopped = { verdict: 'fail', judged: 2, savedTokens: 3 } as const;
  const cells = report.cells.map((cell) => ({ ...cell, stopped }));
  expect(runAnnotations({ ...report, cells })).toEqual([]);
});
