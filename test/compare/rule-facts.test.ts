import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evidenceOfBaseline } from '../../src/compare/baseline-evidence.ts';
import { baselineOfCell } from '../../src/compare/baseline-of-cell.ts';
import { evidenceOfRun } from '../../src/compare/evidence.ts';
import { ruleFacts } from '../../src/compare/rule-facts.ts';
import { DEFAULT_LIMITS } from '../../src/records/gate-limits.ts';
import { summarize } from '../../src/report/summary.ts';
import { evaluateRules } from '../../src/sandbox/rules.ts';
import { makeCell } from '../fixtures/run.ts';
import { completeRun } from '../fixtures/stored-run.ts';

const RUN = completeRun();
const REPORT = summarize(RUN);
const EVIDENCE = evidenceOfRun(RUN, makeCell(), 'run');
const FILE = evidenceOfBaseline(
  baselineOfCell(EVIDENCE, { evalkit: '0.0.0', limits: DEFAULT_LIMITS }),
  'baseline.json',
);
const SIGNAL = new AbortController().signal;

test.each([
  ['a run', EVIDENCE],
  ['a baseline file', FILE],
])('the example’s rules hold for a good run against %s', async (_, reference) => {
  const text = readFileSync(new URL('../../examples/rules.js', import.meta.url), 'utf8');
  const outcomes = await evaluateRules(
    [{ kind: 'file', name: 'rules.js', text }],
    ruleFacts(REPORT, reference, [EVIDENCE]),
    { signal: SIGNAL },
  );
  expect(outcomes).toEqual(
    ['answersEnd', 'fastEnough', 'noNewTimeouts'].map((name) => ({
      rule: `rules.js: ${name}`,
      cell: makeCell().id,
      passed: true,
    })),
  );
});

test('causes that never occurred count 0', () => {
  const [facts] = ruleFacts(REPORT, EVIDENCE, [EVIDENCE]);
  expect(facts?.facts.cell).toMatchObject({
    failures: { timeout: 0, assertion: 0 },
    stopReasons: { 'end-token': 3, 'max-tokens': 0 },
  });
});

function ask(text: string) {
  const facts = ruleFacts(REPORT, FILE, [EVIDENCE]);
  return evaluateRules([{ kind: 'expression', name: text, text }], facts, { signal: SIGNAL });
}

test('of a baseline file rules see the pass rate, and miss what it does not hold', async () => {
  expect(await ask('reference.passAt1.estimate === 1')).toMatchObject([{ passed: true }]);
  await expect(ask('cell.fileBytes < reference.tpotMs.median')).rejects.toThrow(
    'there is no reference.tpotMs',
  );
});
