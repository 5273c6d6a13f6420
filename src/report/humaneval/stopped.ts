import type { CellPlan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { stopOf } from '../../store/early-stops.ts';
import type { RunRecords } from '../../store/run-store.ts';

/**
 * What a report says of a cell that a rule stopped early: never a pass rate, since which tasks were
 * asked depended on the answers. Nothing for a cell that was finished after all.
 */
export function stoppedFigures(
  cell: CellPlan,
  records: RunRecords,
): Partial<Pick<CellReport, 'stopped' | 'passAt1'>> {
  const stop = stopOf(cell, records);
  if (stop === undefined) {
    return {};
  }
  const { verdict, judged, tasks, savedTokens } = stop;
  return {
    stopped: { verdict, judged, savedTokens },
    passAt1: {
      notRun: `stopped by rule after ${judged} of ${tasks} tasks: the gate's verdict on its quality is ${verdict} whatever the others had been; about ${savedTokens} tokens saved`,
    },
  };
}
