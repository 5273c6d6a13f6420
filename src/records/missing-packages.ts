import type { Outcome } from './verdict.ts';

/** How many samples failed for want of a package, by its name; the most wanted first. */
export function missingPackages(
  verdicts: Iterable<{ readonly outcome: Outcome }>,
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { outcome } of verdicts) {
    if (outcome.kind === 'failed' && outcome.missingPackage !== undefined) {
      counts.set(outcome.missingPackage, (counts.get(outcome.missingPackage) ?? 0) + 1);
    }
  }
  const sorted = [...counts].toSorted(
    ([one, few], [other, many]) => many - few || (one < other ? -1 : 1),
  );
  return Object.fromEntries(sorted);
}
