import { about } from '../options/message.ts';
import { usageError } from '../records/error.ts';
import { type InParts, ofPart, partNames } from '../records/verdict.ts';
import type { CellEvidence } from './evidence.ts';

/** What a suite's tests are made of, and whose records are looked at. */
export interface Tests {
  /** As the user named it. */
  readonly name: string;
  /** For people: the data set's. */
  readonly title: string;
  /** In the test's order; none where a test has but one. */
  readonly parts: readonly string[];
}

/**
 * The part of the tests that counts: the one that is asked for, else the headline; `undefined` where tests
 * have no parts. Throws a usage error for a part that they do not have.
 */
export function metricIn({ name, title, parts }: Tests, asked: string | undefined) {
  if (asked === undefined || parts.includes(asked)) {
    return asked ?? parts.at(-1);
  }
  throw usageError(
    parts.length === 0
      ? about`${{ name: 'metric' }} ${asked}: the tests of ${title} have no parts (${name}); leave it out`
      : about`${{ name: 'metric' }} ${asked}: the tests of ${title} have the parts ${parts.join(', ')} (${name}); name one of them`,
  );
}

/** Records as if the part that counts were all of the tests, and which part that is. */
export function onMetric<R extends { readonly verdicts: readonly InParts[] }>(
  records: R,
  tests: Omit<Tests, 'parts'> & { readonly parts: readonly string[] | undefined },
  asked: string | undefined,
): { readonly records: R; readonly parts: string[]; readonly metric: string | undefined } {
  const parts = [...(tests.parts ?? partNames(records.verdicts))];
  const metric = metricIn({ ...tests, parts }, asked);
  return {
    parts,
    metric,
    records:
      asked === undefined ? records : { ...records, verdicts: ofPart(records.verdicts, asked) },
  };
}

type Measured = Pick<CellEvidence, 'name' | 'dataset' | 'metric'>;

/** Throws a usage error where what counts as a pass is not the same on both sides. */
export function refuseOtherMetric(reference: Measured, candidate: Measured): void {
  // A baseline file that names no part has the headline's figures.
  const there = reference.metric ?? candidate.dataset.parts?.at(-1);
  const here = candidate.metric ?? reference.dataset.parts?.at(-1);
  if (there !== here) {
    throw usageError(
      about`${candidate.name} is looked at on ${String(here)}, ${reference.name} has pass rates on ${String(there)}: not comparable; give ${{ name: 'metric' }} ${String(there)}, or another baseline`,
    );
  }
}
