import type { Outcome } from '../../records/verdict.ts';
import type { Annotation, CaseResult } from '../rendition.ts';

/** How a completion stands: a verdict, or why there is none. The two never share a kind. */
export type TaskOutcome =
  | Outcome
  /** Missing because of a failure that is not the model's. */
  | { readonly kind: 'infrastructure'; readonly detail: string }
  /** Not reached yet. */
  | { readonly kind: 'pending' };

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
