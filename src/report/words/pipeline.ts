import type { TaskOutcome } from '../../measures/pass-rate/task-results.ts';
import type { Annotation, CaseResult } from '../rendition.ts';

/** A completion as a test case: a wrong one is a failure, what it is not to blame for an error. */
export function caseOf(outcome: TaskOutcome): CaseResult {
  switch (outcome.kind) {
    case 'passed':
      return { kind: 'passed' };
    case 'failed':
      return { kind: 'failure', type: outcome.cause, message: outcome.detail };
    case 'infrastructure':
      return { kind: 'error', type: 'infrastructure', message: outcome.detail };
    case 'pending':
      return { kind: 'skipped' };
  }
}

/** Warnings as annotations. */
export function warningAnnotations(title: string, warnings: readonly string[]): Annotation[] {
  return warnings.map((message) => ({ level: 'warning', title, message }));
}
