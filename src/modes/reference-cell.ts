import { nearest } from '../metrics/nearest.ts';
import type { CellPlan } from '../records/plan.ts';
import type { CellReport } from '../records/report.ts';
import { modeOfCell } from './index.ts';

/**
 * The cell that the others are compared with: of the first cell's base, the one nearest to the
 * original weights, as `nearest` finds it. Among equals: greedy before other modes, settings that
 * round nothing before those that do, then the plan's order. Throws a `RangeError` without any cell.
 */
export function referenceCell(cells: readonly CellPlan[]): CellPlan {
  return nearest(cells, (cell) => ({
    ...cell.model,
    modeRank: modeOfCell(cell).referenceRank,
    isRounded: cell.isRounded,
  }));
}

/** `referenceCell` for the cells of a report. */
export function referenceOfReport(cells: readonly CellReport[]): CellReport {
  return nearest(cells, (cell) => ({
    ...cell,
    base: cell.model,
    modeRank: modeOfCell(cell).referenceRank,
  }));
}
