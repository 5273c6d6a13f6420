import { counted } from '../records/counted.ts';
import { about } from '../options/message.ts';
import { maxDrop } from '../limits/max-drop.ts';
import { mcnemarTest } from '../metrics/mcnemar.ts';
import { tangoBounds } from '../metrics/tango.ts';
import { usageError } from '../records/error.ts';
import type { PlannedFlips } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';

/** Rows of the plan: more gains than these are rare. */
const MOST_GAINED = 15;

/**
 * Which flips would pass and which would fail, before anything is generated: one completion of
 * each of `tasks` tasks, `cells` candidates. Throws a usage error where identical completions could not pass.
 */
export function planGate(limits: GateLimits, tasks: number, cells: number): PlannedFlips[] {
  const identical = tangoBounds({ pairs: tasks, lost: 0, gained: 0 }, limits.confidence).upper;
  if (identical >= limits.maxDrop) {
    throw usageError(
      about`${maxDrop} ${asPoints(limits.maxDrop)}: even identical completions of ${counted(tasks, 'task')} leave a drop of ${asPoints(identical)} possible, so nothing could pass; raise it, or ask more tasks`,
    );
  }
  const rows: PlannedFlips[] = [];
  for (let gained = 0; gained <= Math.min(MOST_GAINED, tasks); gained += 1) {
    const leastToLeavePass = leastOf(
      tasks - gained,
      (lost) =>
        tangoBounds({ pairs: tasks, lost, gained }, limits.confidence).upper >= limits.maxDrop,
    );
    rows.push({
      gained,
      mostLostToPass:
        leastToLeavePass === 0 ? undefined : (leastToLeavePass ?? tasks - gained + 1) - 1,
      leastLostToFail: leastOf(
        tasks - gained,
        (lost) =>
          (lost - gained) / tasks > limits.maxDrop &&
          // The least favourable of Holm's factors.
          mcnemarTest(lost, gained).worse * cells <= 1 - limits.confidence,
      ),
    });
  }
  return rows;
}

/** The least whole number from 0 to `most` from which on `holds` is true, by bisection. */
function leastOf(most: number, holds: (count: number) => boolean): number | undefined {
  if (!holds(most)) {
    return undefined;
  }
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    [low, high] = holds(middle) ? [low, middle] : [middle + 1, high];
  }
  return high;
}

function asPoints(share: number): string {
  return `${Number((share * 100).toPrecision(3))}pp`;
}
