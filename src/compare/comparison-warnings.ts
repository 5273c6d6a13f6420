import { counted } from '../records/counted.ts';
import type { TaskPair } from '../metrics/paired-drop.ts';
import type { Flip } from '../records/comparison.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import {
  askingDifferences,
  circumstanceDifferences,
  differenceText,
  isSameCell,
} from './differences.ts';
import type { CellEvidence } from './evidence.ts';
import { instructionWarnings } from './instruction-sets.ts';

/** What a reader must know before trusting a comparison, each with its remedy. */
export function comparisonWarnings(context: {
  readonly reference: CellEvidence;
  readonly candidate: CellEvidence;
  readonly tasks: ReadonlyMap<string, TaskPair>;
  readonly flips: readonly Flip[];
  readonly limits: GateLimits;
}): string[] {
  const { reference, candidate, tasks, flips, limits } = context;
  return [
    ...askingDifferences(reference, candidate).map(
      (difference) =>
        `${candidate.id}: different ${differenceText(difference)}: the pass rates measure different things`,
    ),
    ...unknownWriterWarnings(reference, candidate),
    ...circumstanceWarnings(reference, candidate),
    ...instructionWarnings(reference, candidate),
    ...[reference, candidate].flatMap((evidence) => coverageWarnings(evidence, tasks.size)),
    ...sameCompletionWarnings(candidate, flips),
    ...(isSameCell(reference.cell, candidate.cell)
      ? [`${candidate.id}: same weights and settings as the reference; whatever differs is noise`]
      : []),
    ...noiseWarnings(reference, limits),
  ];
}

/** Says so where prompt, stops and cap of one side cannot be held against the other's. */
export function unknownWriterWarnings(reference: CellEvidence, candidate: CellEvidence): string[] {
  const unknown = [reference, candidate].filter(({ cell }) => cell === undefined);
  return unknown.map(
    ({ name }) =>
      `${name}: how its samples were written is not known; see that prompt, stop sequences, token cap and extraction were the same`,
  );
}

function circumstanceWarnings(reference: CellEvidence, candidate: CellEvidence): string[] {
  const differences = circumstanceDifferences(reference, candidate);
  return differences.length === 0
    ? []
    : [
        `${candidate.id}: measured under other circumstances, which may tip a few verdicts: ${differences.map(differenceText).join(', ')}`,
      ];
}

function coverageWarnings(
  { name, counts, dataset, missing }: CellEvidence,
  common: number,
): string[] {
  const warnings: string[] = [];
  if (missing.verdicts > 0) {
    warnings.push(
      `${name}: ${counted(missing.verdicts, 'verdict is', 'verdicts are')} missing, ${missing.infrastructure} of them for a failure that is not the model's; rerun the same command to resume`,
    );
  }
  if (counts.size > common) {
    warnings.push(`${name}: only ${common} of its ${counts.size} tasks are in both runs`);
  } else if (missing.verdicts === 0 && counts.size < dataset.total) {
    warnings.push(`${name}: partial, ${counts.size} of ${dataset.total} tasks`);
  }
  return warnings;
}

function sameCompletionWarnings({ id }: CellEvidence, flips: readonly Flip[]): string[] {
  const same = flips.filter(({ firstDifference }) => firstDifference === null);
  return same.length === 0
    ? []
    : [
        `${id}: ${counted(same.length, 'flip has', 'flips have')} token for token the same completion (${same.map(({ taskId }) => taskId).join(', ')}); what differs is the judging, not the model`,
      ];
}

/** Says so where a margin is no wider than what the reference does by itself. */
export function noiseWarnings(
  { noiseFloor, name }: CellEvidence,
  { maxDrop }: GateLimits,
): string[] {
  if (noiseFloor === undefined || noiseFloor.flips / noiseFloor.tasks < maxDrop) {
    return [];
  }
  return [
    `${name}: ${noiseFloor.flips} of its ${noiseFloor.tasks} tasks flip by themselves at another batch size: the margin lies inside the noise; raise --max-drop, or draw several samples a task`,
  ];
}
