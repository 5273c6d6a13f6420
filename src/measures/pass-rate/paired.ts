import { pairedDrop, type TaskPair } from '../../metrics/paired-drop.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { noFigureOf } from '../../records/shard.ts';
import type { Verdict } from '../../records/verdict.ts';
import { stopOf } from '../../store/early-stops.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { countsByTask } from './rates.ts';

/** Of each bound of a drop, as the gate has it unless it is told otherwise. */
const CONFIDENCE = 0.95;

/** How a cell's pass rate stands to the reference's, task by task; nothing for the reference itself. */
export function pairedColumns(
  cell: CellPlan,
  { reference, records }: { readonly reference: CellPlan; readonly records: RunRecords },
): Pick<CellReport, 'paired'> {
  return cell.id === reference.id ? {} : { paired: pairedReport(cell, reference, records) };
}

function pairedReport(
  cell: CellPlan,
  reference: CellPlan,
  records: RunRecords,
): NonNullable<CellReport['paired']> {
  const { shard } = records.header;
  if (shard !== undefined) {
    return noFigureOf(shard);
  }
  const stopped = [cell, reference].find((one) => stopOf(one, records) !== undefined);
  if (stopped !== undefined) {
    // Which tasks it was asked depended on its completions.
    return { notRun: `${stopped.id} was stopped by rule` };
  }
  const pairs = pairsOf(verdictsOf(reference, records), verdictsOf(cell, records));
  if (pairs.length === 0) {
    return { notRun: `no task has a verdict of both ${reference.id} and ${cell.id}` };
  }
  const { tasks, lost, gained, estimate, bounds } = pairedDrop(pairs);
  const { lower, upper } = bounds(CONFIDENCE);
  return {
    reference: reference.id,
    tasks,
    lost,
    gained,
    drop: { estimate, atLeast: lower, atMost: upper, confidence: CONFIDENCE },
  };
}

function verdictsOf({ id }: CellPlan, { verdicts }: RunRecords): Verdict[] {
  return verdicts.filter(({ cell }) => cell === id);
}

function pairsOf(ofReference: readonly Verdict[], ofCell: readonly Verdict[]): TaskPair[] {
  const references = countsByTask(ofReference);
  return [...countsByTask(ofCell)].flatMap(([taskId, candidate]) => {
    const reference = references.get(taskId);
    return reference === undefined ? [] : [{ reference, candidate }];
  });
}
