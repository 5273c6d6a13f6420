import type { UnitCount } from '../records/dry-run.ts';

/** How many pieces of work are asked for, and how many of them have a record already. */
export function countUnits(
  wanted: readonly { readonly key: string }[],
  present: ReadonlySet<string>,
): UnitCount {
  return { asked: wanted.length, present: wanted.filter(({ key }) => present.has(key)).length };
}
