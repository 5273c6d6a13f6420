import { sha256Json } from '../records/hash.ts';
import { modeOfCell } from '../modes/index.ts';
import type { CellPlan } from '../records/plan.ts';

/** Cells that one loaded model serves. */
export interface LoadGroup {
  /** The first of them in the plan names the group. */
  readonly id: string;
  readonly model: CellPlan['model'];
  readonly engine: CellPlan['engine'];
  readonly parallel: number;
  readonly settings: CellPlan['settings'];
  readonly cells: readonly CellPlan[];
}

/** Puts cells together that use the same file with the same settings, in the plan's order. */
export function groupByLoad(cells: readonly CellPlan[]): LoadGroup[] {
  const groups = Map.groupBy(cells, (cell) =>
    sha256Json([cell.engine, cell.model.weights.sha256, cell.parallel, cell.settings]),
  );
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    return first === undefined ? [] : [{ ...groupOf(first), cells: members.toSorted(byMode) }];
  });
}

/** The group of one cell alone, or of the first of several. */
export function groupOf({
  id,
  model,
  engine,
  parallel,
  settings,
}: CellPlan): Omit<LoadGroup, 'cells'> {
  return { id, model, engine, parallel, settings };
}

function byMode(one: CellPlan, other: CellPlan): number {
  return modeOfCell(one).loadRank - modeOfCell(other).loadRank;
}
