import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { evidenceOfBaseline } from '../../src/gate/baseline-evidence.ts';
import { baselineOfCell } from '../../src/gate/baseline-of-cell.ts';
import { evidenceIn } from '../fixtures/evidence.ts';
import { ruleFacts } from '../../src/gate/rule-facts.ts';
import { STANDARD_LIMITS } from '../../src/limits/index.ts';
import { summarize } from '../../src/report/humaneval/summary.ts';
import type { RunRecords } from '../../src/store/run-store.ts';
import { evaluateRules } from '../../src/sandbox/rules/rules.ts';
import { failing, greedyCell, recordedRun } from '../fixtures/recorded-run.ts';
import { makeCell, makeHeader } from '../fixtures/run.ts';
import { completeRun } from '../fixtures/stored-run.ts';

const RUN = completeRun();
const REPORT = summarize(RUN);
const EVIDENCE = evidenceIn(RUN, makeCell(), 'run');
const FILE = evidenceOfBaseline(
  baselineOfCell(EVIDENCE, { evalkit: '0.0.0', limits: STANDARD_LIMITS }),
  'baseline.json',
);
const SIGNAL = new AbortController().signal;

/** A run of one cell whose every token takes so long; its first four failures are timeouts. */
function timedRun(tpotMs: number): RunRecords {
  const cell = greedyCell('q8_0');
  const records = recordedRun([{ cell, passes: failing(4), tpotMs: () => tpotMs }]);
  const taskIds = records.header.plan.dataset.taskIds.slice(0, 12);
  const latency = { taskIds, repeats: 1, maxTokens: 128 };
  return { ...records, header: makeHeader({ ...records.header.plan, latency }) };
}

function withTimeouts(records: RunRecords): RunRecords {
  const verdicts = records.verdicts.map((verdict) =>
    verdict.outcome.kind === 'passed'
      ? verdict
      : { ...verdict, outcome: { kind: 'failed' as const, cause: 'timeout' as const, detail: '' } },
  );
  return { ...records, verdicts };
}

async function askExample(records: RunRecords, reference = FILE) {
  const text = readFileSync(new URL('../../examples/rules.js', import.meta.url), 'utf8');
  const candidates = [evidenceIn(records, records.header.plan.cells[0] ?? makeCell(), 'run')];
  const outcomes = await evaluateRules(
    [{ kind: 'file', name: 'rules.js', text }],
    ruleFacts(summarize(records), reference, candidates),
    { signal: SIGNAL },
  );
  return Object.fromEntries(outcomes.map(({ rule, passed }) => [rule, passed]));
}

test.each([
  ['a run', EVIDENCE],
  ['a baseline file', FILE],
])('the example’s rules decide on a run against %s', async (_, reference) => {
  expect(await askExample(timedRun(30), reference)).toEqual({
    'rules.js: answersEnd': true,
    'rules.js: fastEnough': true,
    'rules.js: fewTimeouts': true,
  });
  expect(await askExample(withTimeouts(timedRun(50)), reference)).toMatchObject({
    'rules.js: fastEnough': false,
    'rules.js: fewTimeouts': false,
  });
});

test('the example’s rules let nothing through that was not timed', async () => {
  await expect(askExample(RUN)).rejects.toThrow('cell.tpotMs was not measured');
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
