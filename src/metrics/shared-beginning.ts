import { median, sum } from 'simple-statistics';
import { bootstrapInterval } from './bootstrap.ts';

/** One task's completions: how long the reference's is, and how much both begin with. */
export interface SharedBeginning {
  readonly of: number;
  readonly shared: number;
  readonly isIdentical: boolean;
}

/** How much two completions begin with; any items that can be compared. */
export function sharedBeginning<T>(reference: readonly T[], own: readonly T[]): SharedBeginning {
  const differs = reference.findIndex((item, index) => item !== own[index]);
  const shared = differs === -1 ? reference.length : differs;
  return { of: reference.length, shared, isIdentical: differs === -1 && own.length === shared };
}

/** What pairs of completions come to; the interval is a bootstrap over tasks. */
export function sharedBeginnings(tasks: readonly SharedBeginning[]): {
  readonly identical: number;
  readonly shared: {
    readonly n: number;
    readonly estimate: number;
    readonly ci95: [number, number] | null;
  };
  readonly first?: { readonly least: number; readonly median: number; readonly most: number };
} {
  const differing = tasks.filter(({ isIdentical }) => !isIdentical).map(({ shared }) => shared);
  return {
    identical: tasks.length - differing.length,
    shared: {
      n: tasks.length,
      estimate: shareOf(tasks),
      ci95: tasks.length < 2 ? null : bootstrapInterval(tasks, shareOf),
    },
    ...(differing.length === 0
      ? {}
      : {
          first: {
            least: Math.min(...differing),
            median: median(differing),
            most: Math.max(...differing),
          },
        }),
  };
}

/** Empty completions agree. */
function shareOf(tasks: readonly SharedBeginning[]): number {
  const all = sum(tasks.map(({ of }) => of));
  return all === 0 ? 1 : sum(tasks.map(({ shared }) => shared)) / all;
}
