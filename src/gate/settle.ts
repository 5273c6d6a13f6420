import { counted } from '../records/counted.ts';
import { normalQuantile } from '../metrics/normal.ts';
import { dropOf, type PairedDrop, type TaskPair } from '../metrics/paired-drop.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { CellEvidence } from '../compare/evidence.ts';

/**
 * What would settle an inconclusive drop if it stayed as it is, and at what cost: normal
 * approximation, from the spread seen over tasks, and at least what identical completions need.
 */
export function settleText(
  drop: PairedDrop,
  pairs: readonly TaskPair[],
  context: { readonly limits: GateLimits; readonly candidate: CellEvidence },
): string {
  const { limits, candidate } = context;
  const needed = tasksNeeded(drop, pairs, limits);
  if (needed === undefined) {
    return `the estimate lies on the margin: no number of tasks is likely to settle it; choose another --max-drop`;
  }
  const passes = Math.max(2, Math.ceil(needed / drop.tasks));
  const aim = drop.estimate < limits.maxDrop ? 'pass' : 'fail';
  return `if the drop stays as it is, about ${needed} tasks would make it a ${aim}, or, on these ${drop.tasks} tasks, about ${passes} samples of each (--decode sample --samples ${passes}, for baseline and candidate): ${costText(candidate, passes)}`;
}

function tasksNeeded(
  drop: PairedDrop,
  pairs: readonly TaskPair[],
  { maxDrop, confidence }: GateLimits,
): number | undefined {
  const z2 = normalQuantile(confidence) ** 2;
  const square = pairs.reduce((sum, pair) => sum + dropOf(pair) ** 2, 0) / pairs.length;
  const spread = Math.max(square - drop.estimate ** 2, 0);
  const distance = Math.abs(maxDrop - drop.estimate);
  if (distance < 1e-9) {
    return undefined;
  }
  const aim =
    drop.estimate < maxDrop ? (z2 * spread) / distance ** 2 : (z2 * square) / drop.estimate ** 2;
  const least = (z2 * (1 - maxDrop)) / maxDrop;
  return Math.max(Math.ceil(aim), Math.ceil(least), drop.tasks + 1);
}

function costText({ report }: CellEvidence, passes: number): string {
  const generation = report?.generation;
  const { newTokens, wallMs } =
    generation === undefined || 'notRun' in generation ? {} : generation;
  if (newTokens === undefined || wallMs === undefined) {
    return `${passes} times the tokens of one pass`;
  }
  return `about ${newTokens * passes} new tokens and ${counted(Math.ceil((wallMs * passes) / 60_000), 'minute')} a cell, from the ${newTokens} tokens of this run`;
}
