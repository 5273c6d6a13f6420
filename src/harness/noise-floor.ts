import { about } from '../options/message.ts';
import { modeOfCell } from '../modes/index.ts';
import { usageError } from '../records/error.ts';
import type { CellPlan, Plan } from '../records/plan.ts';

/**
 * The plan with its reference once more, at half as many sequences at once (twice as many where
 * there is one): floats are added up in another order then, and what flips, flips by itself. Where cells
 * read along with it, it is there once more along with itself: passes of another shape round otherwise too.
 */
export function withNoiseFloor(plan: Plan, reference: CellPlan): Plan {
  if (modeOfCell(reference).draws) {
    throw usageError(
      about`${{ name: 'noiseFloor' }}: sampled completions differ anyway; use it with greedy decoding, or leave it out`,
    );
  }
  const { parallel } = reference;
  const twin: CellPlan = {
    ...reference,
    id: `${reference.id}/noise-floor`,
    parallel: parallel === 1 ? 2 : Math.ceil(parallel / 2),
    role: 'noise-floor',
  };
  const along = plan.cells.find(({ replay }) => replay?.reference === reference.id)?.replay;
  const replayed: CellPlan[] =
    along === undefined
      ? []
      : [{ ...reference, id: `${reference.id}/replay-floor`, replay: along, role: 'noise-floor' }];
  return { ...plan, cells: [...plan.cells, twin, ...replayed] };
}
