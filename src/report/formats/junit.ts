import { createRequire } from 'node:module';
import type { Builder, TestCase } from 'junit-report-builder';
import { sum } from 'simple-statistics';
import { shortened, visibleText } from '../../records/visible-text.ts';
import type { CaseResult, Format } from '../rendition.ts';
import { partOf } from './part.ts';

/** Its types promise a default export, but the builder is the module itself. */
const builder: Builder = createRequire(import.meta.url)('junit-report-builder');

/** Longest detail of a failure that is shown; viewers load a file whole. */
const DETAIL_CHARACTERS = 2_000;

/** A report's verdicts as JUnit XML: a suite a cell, a case a verdict. */
export const junit: Format = ({ suites: part }) => {
  const { name, suites } = partOf(part, 'junit');
  const root = builder.newBuilder().name(visibleText(name));
  for (const { name: suiteName, properties, cases } of suites) {
    const suite = root.testSuite().name(visibleText(suiteName));
    for (const [key, value] of properties) {
      suite.property(key, visibleText(value));
    }
    const times = cases.flatMap(({ seconds }) => seconds ?? []);
    if (times.length > 0) {
      suite.time(rounded(sum(times)));
    }
    for (const { name: caseName, result, seconds } of cases) {
      const testCase = suite.testCase().className(visibleText(suiteName)).name(shown(caseName));
      if (seconds !== undefined) {
        testCase.time(rounded(seconds));
      }
      addResult(testCase, result);
    }
  }
  return { text: `${root.build()}\n` };
};

function addResult(testCase: TestCase, result: CaseResult): void {
  switch (result.kind) {
    case 'passed':
      return;
    case 'failure':
      testCase.failure(shown(result.message) || result.type, result.type);
      return;
    case 'error':
      testCase.error(shown(result.message), result.type);
      return;
    case 'skipped':
      testCase.skipped();
      if (result.message !== undefined) {
        testCase.standardOutput(shown(result.message));
      }
  }
}

/** JUnit's times are seconds; their thousandths are noise already. */
function rounded(seconds: number): number {
  return Number(seconds.toFixed(3));
}

function shown(text: string): string {
  return shortened(visibleText(text), DETAIL_CHARACTERS);
}
