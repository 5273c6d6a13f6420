import { counted } from '../records/counted.ts';
import { normalQuantile } from '../metrics/normal.ts';
import { dropOf, type PairedDrop, type TaskPair } from '../metrics/paired-drop.ts';
import { samplesNeeded } from '../metrics/sample-spread.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import type { CellEvidence } from '../compare/evidence.ts';
import { spreadBetween } from './planned-samples.ts';

/** What an inconclusive drop was found between. */
export interface Sides {
  readonly reference: CellEvidence;
  readonly candidate: CellEvidence;
  readonly limits: GateLimits;
}

/**
 * What would settle an inconclusive drop if it stayed as it is, and at what cost: normal
 * approximation, from the spread seen over tasks, and at least what identical completions need.
 */
export function settleText(
  drop: PairedDrop,
  pairs: readonly TaskPair[],
  { reference, candidate, limits }: Sides,
): string {
  const needed = tasksNeeded(drop, pairs, limits);
  if (needed === undefined) {
    return `the estimate lies on the margin: no number of tasks is likely to settle it; choose another --max-drop`;
  }
  const aim = drop.estimate < limits.maxDrop ? 'pass' : 'fail';
  const tasks = `if the drop stays as it is, about ${needed} tasks would make it a ${aim}`;
  const spread = spreadBetween(reference, candidate);
  if (spread === undefined) {
    const passes = Math.max(2, Math.ceil(needed / drop.tasks));
    return `${tasks}, or, on these ${drop.tasks} tasks, about ${samplesText(passes)}, for baseline and candidate: ${costText(candidate, passes)}`;
  }
  const distance =
    aim === 'pass' ? limits.maxDrop - drop.estimate : Math.max(drop.estimate, Number.MIN_VALUE);
  const samples = samplesNeeded(spread, {
    tasks: drop.tasks,
    error: distance / normalQuantile(limits.confidence),
  });
  const measured = `sample by sample, pairs spare ${Math.round(100 * spread.correlation)} % of the variance of independent draws (n = ${counted(drop.tasks, 'task')})`;
  return samples === undefined
    ? `${tasks}; no number of samples would on these ${drop.tasks}, which differ too much from one another; ${measured}`
    : `${tasks}, or, on these ${drop.tasks} tasks, about ${samplesText(Math.max(samples, candidate.samples + 1))}: ${costText(candidate, Math.max(samples, candidate.samples + 1) / candidate.samples)}; ${measured}`;
}

function samplesText(samples: number): string {
  return `${samples} samples of each (--decode sample --samples ${samples})`;
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

/** `times`: of what this run generated. */
function costText({ report }: CellEvidence, times: number): string {
  const generation = report?.generation;
  const { newTokens, wallMs } =
    generation === undefined || 'notRun' in generation ? {} : generation;
  if (newTokens === undefined || wallMs === undefined) {
    return `${Number(times.toPrecision(2))} times the tokens of this run`;
  }
  return `about ${Math.round(newTokens * times)} new tokens and ${counted(Math.ceil((wallMs * times) / 60_000), 'minute')} a cell, from the ${newTokens} tokens of this run`;
}
