import { mcnemarTest } from './mcnemar.ts';
import type { TaskCount } from './pass-at-k.ts';
import { signFlipTest } from './sign-flip.ts';
import { type DropBounds, tangoBounds } from './tango.ts';
import { bootstrapBounds } from './task-bootstrap.ts';

/** One task before and after. */
export interface TaskPair {
  readonly reference: TaskCount;
  readonly candidate: TaskCount;
}

/** A drop of pass@1 over the same tasks: reference less candidate, as a share. */
export interface PairedDrop {
  readonly tasks: number;
  readonly estimate: number;
  /** Tasks that the reference solves more often, and those that the candidate does. */
  readonly lost: number;
  readonly gained: number;
  readonly p: { readonly worse: number; readonly twoSided: number };
  readonly method: 'tango+mcnemar' | 'bootstrap+sign-flip';
  /** Each bound one-sided at `confidence`. */
  readonly bounds: (confidence: number) => DropBounds;
}

/**
 * The drop over paired tasks. One completion a task on both sides: Tango's score bounds and McNemar's
 * exact test. Several: per-task differences of pass rates, the bootstrap over tasks and the
 * sign-flip test. Throws a `RangeError` without tasks, or for a task without completions.
 */
export function pairedDrop(pairs: readonly TaskPair[]): PairedDrop {
  if (
    pairs.length === 0 ||
    pairs.some(({ reference, candidate }) => isEmpty(reference, candidate))
  ) {
    throw new RangeError('a drop needs tasks with completions on both sides');
  }
  const drops = pairs.map(dropOf);
  const tasks = pairs.length;
  const lost = drops.filter((drop) => drop > 0).length;
  const gained = drops.filter((drop) => drop < 0).length;
  if (pairs.every(({ reference, candidate }) => reference.samples * candidate.samples === 1)) {
    const counts = { pairs: tasks, lost, gained };
    return {
      tasks,
      lost,
      gained,
      estimate: (lost - gained) / tasks,
      p: mcnemarTest(lost, gained),
      method: 'tango+mcnemar',
      bounds: (confidence) => tangoBounds(counts, confidence),
    };
  }
  const test = signFlipTest(wholeDifferences(pairs));
  return {
    tasks,
    lost,
    gained,
    estimate: drops.reduce((sum, drop) => sum + drop, 0) / tasks,
    p: { worse: test.atLeast, twoSided: test.twoSided },
    method: 'bootstrap+sign-flip',
    bounds: (confidence) => bootstrapBounds(drops, confidence),
  };
}

/** A task's drop as a share of its completions, from −1 to 1. */
export function dropOf({ reference, candidate }: TaskPair): number {
  return reference.passed / reference.samples - candidate.passed / candidate.samples;
}

function isEmpty(reference: TaskCount, candidate: TaskCount): boolean {
  return reference.samples < 1 || candidate.samples < 1;
}

/** The drops times a number that makes all of them whole, so that sums are exact. */
function wholeDifferences(pairs: readonly TaskPair[]): number[] {
  const counts = pairs.flatMap(({ reference, candidate }) => [
    reference.samples,
    candidate.samples,
  ]);
  const scale = [...new Set(counts)].reduce(leastCommonMultiple, 1);
  return pairs.map(
    ({ reference, candidate }) =>
      reference.passed * (scale / reference.samples) -
      candidate.passed * (scale / candidate.samples),
  );
}

function leastCommonMultiple(one: number, other: number): number {
  let [larger, smaller] = [one, other];
  while (smaller > 0) {
    [larger, smaller] = [smaller, larger % smaller];
  }
  return (one / larger) * other;
}
