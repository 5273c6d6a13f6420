import { planHash } from '../../records/keys.ts';
import type { Plan } from '../../records/plan.ts';
import { defaultFolder } from '../folders.ts';

/** Where a run of this plan lies unless the user says. */
export function runFolder(plan: Plan): string {
  const of = plan.cells.map(({ model }) => model.base);
  return defaultFolder({ of, planHash: planHash(plan) });
}
