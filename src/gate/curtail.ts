import { pairedDrop, type TaskPair } from '../metrics/paired-drop.ts';
import type { TaskCount } from '../metrics/pass-at-k.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { dropVerdict } from '../compare/drop-verdict.ts';
import { worstOf } from './worst-of.ts';

/** What is known of a candidate while its run goes on. */
export interface Knowledge {
  /** Of every task that will be asked. */
  readonly reference: ReadonlyMap<string, TaskCount>;
  /** Of the tasks that are judged; the others may still go either way. */
  readonly candidate: ReadonlyMap<string, TaskCount>;
  readonly samples: number;
  readonly limits: GateLimits;
  /** Candidates over which p values are adjusted. */
  readonly cells: number;
}

/**
 * The verdict on quality that holds whatever the tasks without one turn out to be; `undefined` while
 * they still matter. Exact curtailment: the drop's bound, the p value and the pass rate are monotone
 * in every answer, so that the best and the worst rest bound all others. No level is spent on it.
 */
export function certainVerdict(knowledge: Knowledge): GateVerdict | undefined {
  const best = pairsWith(knowledge, knowledge.samples);
  const worst = pairsWith(knowledge, 0);
  const { limits, cells } = knowledge;
  // Holm's adjusted p lies between the plain p and that times the number of cells.
  const bounded = (pairs: readonly TaskPair[], factor: number): GateVerdict => {
    const drop = pairedDrop(pairs);
    return worstOf([
      dropVerdict(drop, limits, drop.p.worse * factor),
      minPassVerdict(pairs, limits),
    ]);
  };
  const [ifBest, ifWorst] = [bounded(best, cells), bounded(worst, 1)];
  return ifBest === ifWorst ? ifBest : undefined;
}

/** What the least pass rate says whatever the tasks without an answer turn out to be. */
export function certainMinPass(knowledge: Knowledge): GateVerdict | undefined {
  const best = minPassVerdict(pairsWith(knowledge, knowledge.samples), knowledge.limits);
  const worst = minPassVerdict(pairsWith(knowledge, 0), knowledge.limits);
  return best === worst ? best : undefined;
}

/** What the least pass rate says: a point threshold, so never inconclusive. */
export function minPassVerdict(pairs: readonly TaskPair[], { minPass }: GateLimits): GateVerdict {
  if (minPass === undefined) {
    return 'pass';
  }
  const shares = pairs.map(({ candidate }) => candidate.passed / candidate.samples);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length >= minPass ? 'pass' : 'fail';
}

function pairsWith({ reference, candidate, samples }: Knowledge, passed: number): TaskPair[] {
  return [...reference].map(([taskId, count]) => ({
    reference: count,
    candidate: candidate.get(taskId) ?? { samples, passed },
  }));
}
