import type { PairedDrop } from '../metrics/paired-drop.ts';
import { pairedDrop, dropOf, type TaskPair } from '../metrics/paired-drop.ts';
import type { VerdictDistance } from '../records/comparison.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { GateLimits } from '../records/gate-limits.ts';

type DropLimits = Pick<GateLimits, 'maxDrop' | 'confidence'>;

/**
 * What a drop says of the margin. `pass`: its upper bound is under it. `fail`: the candidate is
 * significantly worse than the reference, and the best estimate is over the margin, which is less
 * than showing that the true drop is. Else `inconclusive`. `p` is the one-sided p value, adjusted
 * where several cells are decided on.
 */
export function dropVerdict(
  drop: PairedDrop,
  limits: DropLimits,
  p: number = drop.p.worse,
): GateVerdict {
  if (drop.bounds(limits.confidence).upper < limits.maxDrop) {
    return 'pass';
  }
  return p <= 1 - limits.confidence && drop.estimate > limits.maxDrop ? 'fail' : 'inconclusive';
}

/**
 * How far a verdict is from turning, counted in whole tasks. Tasks are lost in two orders, kept ones
 * first and gained ones first, and the smaller count is taken; they are regained where the candidate
 * stands worst first.
 */
export function verdictDistance(pairs: readonly TaskPair[], limits: DropLimits): VerdictDistance {
  const verdict = dropVerdict(pairedDrop(pairs), limits);
  const order = pairs.toSorted((one, other) => dropOf(one) - dropOf(other) || 0);
  const kept = pairs.filter(isKept);
  const [gained, others] = [
    order.filter((pair) => dropOf(pair) < 0 && hasPassed(pair)),
    order.filter((pair) => dropOf(pair) > 0 && hasPassed(pair)),
  ];
  const lost = (until: GateVerdict): number | undefined => {
    const isReached = (changed: readonly TaskPair[]): boolean =>
      isPast(dropVerdict(pairedDrop(changed), limits), until);
    // A lost gain makes one flip less, which is more significant; a lost kept task one flip more.
    const counts = [
      [...kept, ...gained, ...others],
      [...gained, ...kept, ...others],
    ].flatMap((tasks) => fewest(pairs, tasks, { change: loseAll, isReached }) ?? []);
    return counts.length === 0 ? undefined : Math.min(...counts);
  };
  const distance: VerdictDistance = {};
  if (verdict === 'pass') {
    assign(distance, 'lostToLeavePass', lost('inconclusive'));
  }
  if (verdict !== 'fail') {
    assign(distance, 'lostToFail', lost('fail'));
  }
  if (verdict !== 'pass') {
    const regained = fewest(
      pairs,
      order.toReversed().filter((pair) => dropOf(pair) > 0),
      {
        change: ({ reference, candidate }) => ({
          reference,
          candidate: { ...candidate, passed: keptShare(reference, candidate) },
        }),
        isReached: (changed) => dropVerdict(pairedDrop(changed), limits) === 'pass',
      },
    );
    assign(distance, 'regainedToPass', regained);
  }
  return distance;
}

function assign(
  distance: VerdictDistance,
  name: keyof VerdictDistance,
  count: number | undefined,
): void {
  if (count !== undefined) {
    distance[name] = count;
  }
}

function loseAll({ reference, candidate }: TaskPair): TaskPair {
  return { reference, candidate: { ...candidate, passed: 0 } };
}

/** Both solve it as well: the task whose loss is one flip more. */
function isKept(pair: TaskPair): boolean {
  return hasPassed(pair) && dropOf(pair) === 0;
}

function hasPassed({ candidate }: TaskPair): boolean {
  return candidate.passed > 0;
}

function keptShare(reference: TaskPair['reference'], candidate: TaskPair['candidate']): number {
  return Math.round((reference.passed / reference.samples) * candidate.samples);
}

function isPast(verdict: GateVerdict, until: GateVerdict): boolean {
  return verdict === until || (until === 'inconclusive' && verdict === 'fail');
}

/** The fewest of `tasks`, taken in order, whose change reaches the aim; bisection, since it is monotone. */
function fewest(
  pairs: readonly TaskPair[],
  tasks: readonly TaskPair[],
  aim: {
    readonly change: (pair: TaskPair) => TaskPair;
    readonly isReached: (pairs: readonly TaskPair[]) => boolean;
  },
): number | undefined {
  const reachedWith = (count: number): boolean => {
    const changing = new Set(tasks.slice(0, count));
    return aim.isReached(pairs.map((pair) => (changing.has(pair) ? aim.change(pair) : pair)));
  };
  if (tasks.length === 0 || !reachedWith(tasks.length)) {
    return undefined;
  }
  let [below, enough] = [0, tasks.length];
  while (enough - below > 1) {
    const middle = Math.floor((below + enough) / 2);
    [below, enough] = reachedWith(middle) ? [below, middle] : [middle, enough];
  }
  return enough;
}
