import { expect, test } from 'vitest';
import { nextStep } from '../../../src/app/humaneval/next-step.ts';
import { summarize } from '../../../src/report/humaneval/summary.ts';
import { completeRun } from '../../fixtures/stored-run.ts';

const REPORT = summarize(completeRun());
const AT = { path: '/home/me/results/run-1', cwd: '/home/me' };

test.each([
  ['incomplete', 1, 'next: rerun the same command to do what is missing'],
  [
    'partial',
    1,
    'next: evalkit report results/run-1 --details, or the same command for all 3 tasks',
  ],
  ['stopped by rule', 1, 'next: evalkit gate results/run-1 says what was decided'],
  [
    'complete',
    1,
    'next: evalkit baseline write results/run-1 --out baseline.json keeps it for later runs to be held against',
  ],
  ['complete', 2, 'next: evalkit compare results/run-1 says which of the differences are real'],
] as const)('after a run that is %s with %i cells comes a command', (status, count, text) => {
  const cells = Array.from({ length: count }).flatMap(() => REPORT.cells.slice(0, 1));
  expect(nextStep({ ...REPORT, status, cells }, AT)).toBe(text);
});

test('a folder is one word of a shell, whatever it is called', () => {
  const path = "/home/me/it's $(here); -x";
  expect(nextStep({ ...REPORT, status: 'stopped by rule' }, { ...AT, path })).toBe(
    String.raw`next: evalkit gate 'it'\''s $(here); -x' says what was decided`,
  );
  expect(nextStep({ ...REPORT, status: 'stopped by rule' }, { ...AT, path: '/home/me' })).toContain(
    'evalkit gate . says',
  );
});
