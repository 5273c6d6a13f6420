import type { CellPlan } from './plan.ts';

/** How many answers a cell has to each task. */
export function samplesOf({ decode }: Pick<CellPlan, 'decode'>): number {
  return decode.mode === 'sample' ? decode.samples : 1;
}
