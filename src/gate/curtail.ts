import type { TaskPair } from '../metrics/paired-drop.ts';
import type { TaskCount } from '../metrics/pass-at-k.ts';
import type { GateVerdict } from '../records/gate-verdict.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { LIMITS } from '../limits/index.ts';
import type { Limit } from '../limits/limit.ts';
import { worstOf } from './worst-of.ts';

/** What is known of a candidate during its run. */
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
 * in every completion, so that the best and the worst rest bound all others. No level is spent on it.
 * `about` are the limits that it is a verdict on.
 */
export function certainVerdict(
  knowledge: Knowledge,
  about: readonly Limit[] = LIMITS,
): GateVerdict | undefined {
  const { limits, cells, samples } = knowledge;
  const bounded = (passed: number, holmFactor: number): GateVerdict => {
    const pairs = pairsWith(knowledge, passed);
    return worstOf(about.flatMap((limit) => limit.verdict(limits, { pairs, holmFactor }) ?? []));
  };
  // Holm's adjusted p lies between the plain p and that times the number of cells.
  const [ifBest, ifWorst] = [bounded(samples, cells), bounded(0, 1)];
  return ifBest === ifWorst ? ifBest : undefined;
}

function pairsWith({ reference, candidate, samples }: Knowledge, passed: number): TaskPair[] {
  return [...reference].map(([taskId, count]) => ({
    reference: count,
    candidate: candidate.get(taskId) ?? { samples, passed },
  }));
}
