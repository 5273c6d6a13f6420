import type { CellEvidence } from '../compare/evidence.ts';
import { pairTasks } from '../compare/pairing.ts';
import { counted } from '../records/counted.ts';
import type { GateReport } from '../records/gate.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { points } from '../report/words/words.ts';
import { tangoBounds } from '../metrics/tango.ts';
import { isPartial } from './fitness.ts';

/** What a trial is made from. */
interface Sides {
  readonly reference: CellEvidence;
  readonly candidates: readonly CellEvidence[];
  readonly limits: GateLimits;
}

/**
 * Where a cell was asked a part of the tasks only: on how many the gate was tried, and what it would
 * need to decide. `undefined` where it can decide.
 */
export function trialOf({ reference, candidates, limits }: Sides): GateReport['trial'] {
  const partial = [reference, ...candidates].filter(isPartial);
  if (partial.length === 0) {
    return undefined;
  }
  const { total } = reference.dataset;
  const common = candidates.map((candidate) => pairTasks(reference, candidate).size);
  const tasks = Math.min(...common);
  return {
    tasks,
    total,
    needs: [...partial.map(wholeRun), ...marginNeeds({ tasks, total }, limits)],
  };
}

function wholeRun({ name, counts, dataset, cell }: CellEvidence): string {
  const { size } = counts;
  const how =
    cell === undefined
      ? 'judge samples of all of them'
      : 'run it without --tasks, --sample and --limit';
  return `${name} has verdicts on ${size} of ${counted(dataset.total, 'task')} of ${dataset.name}: ${how}`;
}

/** Few tasks leave a wide interval even where nothing changed. */
function marginNeeds(
  { tasks, total }: { readonly tasks: number; readonly total: number },
  { maxDrop, confidence }: GateLimits,
): string[] {
  const leastDrop = (pairs: number) => tangoBounds({ pairs, lost: 0, gained: 0 }, confidence).upper;
  const [here, whole] = [leastDrop(tasks), leastDrop(total)];
  return here < maxDrop
    ? []
    : [
        `identical completions of ${counted(tasks, 'task')} would leave a drop of ${points(here)} possible, over the margin of ${points(maxDrop)}; of all ${total} tasks ${points(whole)}`,
      ];
}
