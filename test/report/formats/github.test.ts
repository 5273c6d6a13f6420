import { expect, test } from 'vitest';
import { renditionOfRun } from '../../../src/report/humaneval/rendition.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { partOf } from '../../../src/report/formats/part.ts';
import type { Report } from '../../../src/records/report.ts';
import { completeRun } from '../../fixtures/stored-run.ts';

function runAnnotations(report: Report) {
  return partOf(renditionOfRun({ report, records: completeRun() }).annotations, 'github');
}

test('tasks without a verdict are an error of the run, and what a rule left out is none', () => {
  const whole = completeRun();
  const report = summarize({ ...whole, verdicts: whole.verdicts.slice(1) });
  expect(runAnnotations(report)).toMatchObject([
    { level: 'error', message: expect.stringContaining('1 completion has no verdict') },
  ]);
  const stopped = { verdict: 'fail', judged: 2, savedTokens: 3 } as const;
  const cells = report.cells.map((cell) => ({ ...cell, stopped }));
  expect(runAnnotations({ ...report, cells })).toEqual([]);
});
