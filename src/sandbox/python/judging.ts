import type { Outcome } from '../../records/verdict.ts';
import type { Judgement, Sample } from '../grader.ts';
import type { Expectations } from './expectations.ts';
import { jobOf } from './job.ts';
import type { PoolReport, PythonPool } from './worker.ts';

/** Judges one sample; its task's expected values are found before, where it has any. */
export async function judgeSample(
  sample: Sample,
  {
    pool,
    expectations,
    timeoutMs,
  }: {
    readonly pool: PythonPool;
    readonly expectations: Expectations;
    readonly timeoutMs: number;
  },
): Promise<Judgement> {
  const found = await expectations.of(sample.task);
  if (found?.kind === 'infrastructure') {
    return found;
  }
  const report = await pool.do(jobOf(sample, timeoutMs, found?.expected));
  return judgementOf(report, partsOf(sample));
}

/** Names of the parts of the sample's test, in their order. */
function partsOf({ task: { test } }: Sample): string[] {
  return test.kind === 'inputs' ? Object.keys(test.inputs) : [];
}

function judgementOf(report: PoolReport, parts: readonly string[]): Judgement {
  switch (report.kind) {
    case 'machine':
      return { kind: 'infrastructure', fault: 'machine', detail: report.detail };
    case 'unfit':
      return { kind: 'infrastructure', fault: 'task', detail: report.detail };
    case 'passed':
      return verdictOf({ kind: 'passed' }, parts, parts);
    case 'failed': {
      const { passedParts, ...outcome } = report;
      return verdictOf({ ...outcome, ...missingPackage(report) }, parts, passedParts);
    }
    case 'outlines':
    case 'expected': {
      // Only a test that has taken its checker over reports this of a sample.
      const detail = "the checker's report is not a report";
      return verdictOf({ kind: 'failed', cause: 'protocol', detail }, parts, []);
    }
  }
}

/** A top-level module that Python did not find; what is not found in a package is another matter. */
const NOT_FOUND = /^ModuleNotFoundError: No module named '(\w+)'/;

function missingPackage({ cause, detail }: { readonly cause: string; readonly detail: string }): {
  missingPackage?: string;
} {
  const [, name] = (cause === 'exception' && NOT_FOUND.exec(detail)) || [];
  return name === undefined ? {} : { missingPackage: name };
}

/** A part that did not pass before the sample failed has failed with it. */
function verdictOf(
  outcome: Outcome,
  parts: readonly string[],
  passed: readonly string[],
): Judgement {
  if (parts.length === 0) {
    return { kind: 'verdict', outcome };
  }
  const outcomes = parts.map((part): [string, Outcome] => [
    part,
    passed.includes(part) ? { kind: 'passed' } : outcome,
  ]);
  return { kind: 'verdict', outcome, parts: Object.fromEntries(outcomes) };
}
