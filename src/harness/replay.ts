import { modeOfCell } from '../modes/index.ts';
import { cellHash } from '../records/keys.ts';
import type { CellPlan, Plan } from '../records/plan.ts';

/**
 * The plan with cells that read along with the completions of another one. `whyNot`: what keeps a cell from
 * it, which is written down where the cell could otherwise be expected to; `undefined`: nothing does.
 */
export function withReplay(
  plan: Plan,
  reference: CellPlan,
  whyNot: (cell: CellPlan) => string | undefined,
): Plan {
  const replay = { reference: reference.id, sha256: cellHash(reference) };
  return {
    ...plan,
    cells: plan.cells.map((cell) => {
      if (cell.id === reference.id || modeOfCell(cell).isReplayable === undefined) {
        return cell;
      }
      const reason = whyNot(cell);
      return reason === undefined
        ? { ...cell, replay }
        : { ...cell, notRun: { ...cell.notRun, replay: reason } };
    }),
  };
}
