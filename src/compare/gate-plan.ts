import { mcnemarTest } from '../metrics/mcnemar.ts';
import { tangoBounds } from '../metrics/tango.ts';
import { usageError } from '../records/error.ts';
import type { PlannedFlips } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';

/** Rows of the plan: more gains than these are rare. */
const MOST_GAINED = 15;

/**
 * Which flips would pass and which would fail, before anything is generated: single answers to
 * `tasks` tasks, `cells` candidates. Throws a usage error where identical answers could not pass.
 */
export function planGate(limits: GateLimits, tasks: number, cells: number): PlannedFlips[] {
  const identical = tangoBounds({ pairs: tasks, lost: 0, gained: 0 }, limits.confidence).upper;
  if (identical >= limits.maxDrop) {
    throw usageError(
      `--max-drop ${asPoints(limits.maxDrop)}: even identical answers to ${tasks} tasks leave a drop of ${asPoints(identical)} possible, so nothing could pass; raise it, or ask more tasks`,
    );
  }
  const rows: PlannedFlips[] = [];
  for (let gained = 0; gained <= Math.min(MOST_GAINED, tasks); gained += 1) {
    const counts = Array.from({ length: tasks - gained + 1 }, (_, lost) => lost);
    rows.push({
      gained,
      mostLostToPass: counts.findLast(
        (lost) =>
          tangoBounds({ pairs: tasks, lost, gained }, limits.confidence).upper < limits.maxDrop,
      ),
      leastLostToFail: counts.find(
        (lost) =>
          (lost - gained) / tasks > limits.maxDrop &&
          // The least favourable of Holm's factors.
          mcnemarTest(lost, gained).worse * cells <= 1 - limits.confidence,
      ),
    });
  }
  return rows;
}

function asPoints(share: number): string {
  return `${Number((share * 100).toPrecision(3))}pp`;
}
