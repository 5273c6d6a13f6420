import type { Subject } from '../records/perplexity.ts';
import { nearest } from './reference-cell.ts';

/** The subject that the others are compared with: by provenance, as `referenceCell` finds it. */
export function referenceSubject(subjects: readonly Subject[]): Subject {
  return nearest(subjects, ({ model, settings }) => ({ ...model, mode: 'greedy', settings }));
}
