import { parse } from 'csv-parse/sync';
import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { type GateReport, gateReportSchema } from '../../src/records/gate.ts';
import { renditionOfGate } from '../../src/gate/rendition.ts';
import { render } from '../../src/report/index.ts';
import { HOSTILE_TEXTS } from '../fixtures/hostile-run.ts';

const TEXTS = Object.values(HOSTILE_TEXTS).filter((text) => text !== '');
const RATE = {
  passed: 90,
  total: 164,
  samples: 1,
  estimate: 0.55,
  ci95: [0.47, 0.62] as [number, number],
};

/** A decision in which rules, names and warnings are texts of strangers. */
const REPORT: GateReport = gateReportSchema.parse({
  version: 1,
  verdict: 'fail',
  firstLine: `reference: ${HOSTILE_TEXTS.workflowCommand}`,
  candidate: HOSTILE_TEXTS.formula,
  baseline: {
    name: HOSTILE_TEXTS.ansi,
    cell: 'tiny:f16/greedy',
    passAt1: RATE,
    noiseFloor: { notRun: 'not asked for' },
  },
  limits: { maxDrop: 0.05, confidence: 0.95 },
  cells: [
    {
      cell: HOSTILE_TEXTS.bidi,
      verdict: 'fail',
      passAt1: RATE,
      tasks: 164,
      lost: 20,
      gained: 2,
      drop: { estimate: 0.11, lower: 0.06, upper: 0.16 },
      p: 0.001,
      pHolm: 0.001,
      checks: [
        { limit: 'max-drop', verdict: 'inconclusive', detail: 'x', isPointThreshold: false },
        { limit: 'min-pass', verdict: 'pass', detail: 'y', isPointThreshold: true },
        ...TEXTS.map((detail) => ({
          limit: 'rule',
          verdict: 'fail',
          detail,
          isPointThreshold: true,
        })),
      ],
    },
  ],
  rules: TEXTS.map((rule) => ({ rule, cell: HOSTILE_TEXTS.bidi, passed: false })),
  warnings: [HOSTILE_TEXTS.carriageReturn],
});

const FORMATS = {
  junit: (await render(renditionOfGate(REPORT), 'junit')).text,
  csv: (await render(renditionOfGate(REPORT), 'csv')).text,
  annotations: (await render(renditionOfGate(REPORT), 'github')).annotations ?? '',
};

test.each(Object.entries(FORMATS))('%s of a gate hides nothing and steers nothing', (_, text) => {
  expect(text).not.toMatch(/[^\P{C}\n]/u);
  expect(text.isWellFormed()).toBe(true);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(10_000);
});

test('in JUnit a limit is a case, and what is not a pass is a failure of its verdict', () => {
  const failures: (string | undefined)[] = [];
  const cases: (string | undefined)[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') {
      cases.push(attributes['name']);
    }
    if (name === 'failure') {
      failures.push(attributes['type']);
    }
  });
  parser.write(FORMATS.junit).close();
  expect(cases).toHaveLength(TEXTS.length + 2);
  expect(cases.slice(0, 2)).toEqual(['max-drop', 'min-pass']);
  expect(failures).toEqual(['inconclusive', ...TEXTS.map(() => 'fail')]);
});

test('in CSV a limit is a row without formulas', () => {
  const rows: Record<string, string>[] = parse(FORMATS.csv, { columns: true });
  expect(rows).toHaveLength(TEXTS.length + 2);
  expect(rows[0]).toMatchObject({
    limit: 'max-drop',
    verdict: 'inconclusive',
    kind: 'one-sided bound',
    lost: '20',
  });
  expect(
    rows.flatMap((row) => Object.values(row)).filter((value) => /^[=+@-]/.test(value)),
  ).toEqual([]);
});

async function levels(verdict: 'pass' | 'fail' | 'inconclusive') {
  const cells = REPORT.cells.map((cell) => ({ ...cell, verdict }));
  const { annotations = '' } = await render(
    renditionOfGate({ ...REPORT, warnings: [], cells }),
    'github',
  );
  return [...annotations.matchAll(/^::(\w+) /gm)].map(([, level]) => level);
}

test('a failed cell is an error, an open one a warning, a passed one a notice', async () => {
  expect(await levels('fail')).toEqual(['error']);
  expect(await levels('inconclusive')).toEqual(['warning']);
  expect(await levels('pass')).toEqual(['notice']);
  expect(FORMATS.annotations.trimEnd().split('\n')).toHaveLength(2);
});
