import { about } from '../options/message.ts';
import { modeOfCell } from '../modes/index.ts';
import { usageError } from '../records/error.ts';
import type { CellPlan, Plan } from '../records/plan.ts';

/**
 * The plan with its reference once more, at half as many sequences at once (twice as many where
 * there is one): floats are added up in another order then, and what flips, flips by itself.
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
  return { ...plan, cells: [...plan.cells, twin] };
}
