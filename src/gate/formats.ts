import { stringify } from 'csv-stringify/sync';
import type { GateCheck, GateReport } from '../records/gate.ts';
import { shortened, visibleText } from '../records/visible-text.ts';
import type { Annotation } from '../report/formats/github.ts';
import { newJunit } from '../report/formats/junit.ts';

/** Longest finding that is shown. */
const DETAIL_CHARACTERS = 2_000;

/** What a verdict is to whoever looks at a pipeline: an open question does not look like a pass. */
const LEVELS = { pass: 'notice', inconclusive: 'warning', fail: 'error' } as const;

/**
 * A decision as JUnit XML: a suite a cell, a case a limit. `inconclusive` is a failure of that type,
 * since the format has nothing between passed and failed that stops a pipeline.
 */
export function renderGateJunit({ verdict, candidate, baseline, cells }: GateReport): string {
  const root = newJunit().name(
    visibleText(`gate: ${candidate} against ${baseline.name}: ${verdict}`),
  );
  for (const { cell, checks } of cells) {
    const suite = root.testSuite().name(visibleText(cell));
    checks.forEach(({ limit, verdict: found, detail }, index) => {
      const name = limit === 'rule' ? `rule ${index}: ${detail}` : limit;
      const testCase = suite.testCase().className(visibleText(cell)).name(shownText(name));
      if (found !== 'pass') {
        testCase.failure(shownText(detail), found);
      }
    });
  }
  return `${root.build()}\n`;
}

/** A decision as CSV: a row a limit of each cell. */
export function renderGateCsv({ candidate, baseline, cells }: GateReport): string {
  const rows = cells.flatMap(({ cell, checks, tasks, lost, gained }) =>
    checks.map(({ limit, verdict, isPointThreshold, detail }: GateCheck) => ({
      candidate: visibleText(candidate),
      baseline: visibleText(baseline.name),
      cell: visibleText(cell),
      limit,
      verdict,
      kind: isPointThreshold ? 'point threshold' : 'one-sided bound',
      tasks,
      lost,
      gained,
      note: shownText(detail),
    })),
  );
  return stringify(rows, { header: true, escape_formulas: true });
}

/** A decision as annotations: one a cell, and the warnings. */
export function gateAnnotations({ firstLine, cells, warnings }: GateReport): Annotation[] {
  return [
    ...cells.map(({ cell, verdict, checks }): Annotation => {
      const told = checks.filter((check) => check.verdict === verdict);
      const details = told.map(({ limit, detail }) => `${limit}: ${detail}`).join('; ');
      return {
        level: LEVELS[verdict],
        title: `evalkit gate: ${verdict}`,
        message: `${cell}: ${details}. ${firstLine}`,
      };
    }),
    ...warnings.map(
      (message): Annotation => ({ level: 'warning', title: 'evalkit gate', message }),
    ),
  ];
}

function shownText(text: string): string {
  return shortened(visibleText(text), DETAIL_CHARACTERS);
}
