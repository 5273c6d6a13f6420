import { createRequire } from 'node:module';
import type { Builder, TestCase } from 'junit-report-builder';
import type { Report } from '../../records/report.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';
import type { TaskResult } from '../humaneval/task-results.ts';
import { percent } from '../words/words.ts';

/** Its types promise a default export, but the builder is the module itself. */
const junit: Builder = createRequire(import.meta.url)('junit-report-builder');

/** Longest detail of a failure that is shown; viewers load a file whole. */
const DETAIL_CHARACTERS = 2_000;

/**
 * A run as JUnit XML: a suite a cell, a case an answer. A wrong answer is a failure with its cause as
 * type, what the model is not to blame for an error, what was not reached is skipped.
 */
export function renderJunit(report: Report, results: readonly TaskResult[]): string {
  const root = newJunit().name(visibleText(report.dataset.name));
  for (const cell of report.cells) {
    const suite = root.testSuite().name(visibleText(cell.id));
    suite.property('status', report.status);
    suite.property('planHash', report.planHash);
    const { passAt1 } = cell;
    suite.property(
      'passAt1',
      'notRun' in passAt1
        ? `not run: ${passAt1.notRun}`
        : `${percent(passAt1.estimate)}, 95 % interval ${percent(passAt1.ci95[0])} to ${percent(passAt1.ci95[1])}, ${passAt1.passed} of ${passAt1.total}`,
    );
    for (const result of results.filter((one) => one.cell === cell.id)) {
      const name = visibleText(result.taskId) + (result.sample > 0 ? ` #${result.sample}` : '');
      const testCase = suite.testCase().className(visibleText(cell.id)).name(name);
      addOutcome(testCase, result.outcome);
    }
  }
  return `${root.build()}\n`;
}

/** An empty JUnit document. */
export function newJunit(): Builder {
  return junit.newBuilder();
}

function addOutcome(testCase: TestCase, outcome: TaskResult['outcome']): void {
  switch (outcome.kind) {
    case 'passed':
      return;
    case 'failed':
      testCase.failure(detailText(outcome.detail) || outcome.cause, outcome.cause);
      return;
    case 'infrastructure':
      testCase.error(detailText(outcome.detail), 'infrastructure');
      return;
    case 'pending':
      testCase.skipped();
  }
}

function detailText(detail: string): string {
  return shortened(visibleText(detail), DETAIL_CHARACTERS);
}
