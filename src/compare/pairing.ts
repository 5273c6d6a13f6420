import type { TaskPair } from '../metrics/paired-drop.ts';
import { environmentError, usageError } from '../records/error.ts';
import type { CellEvidence } from './evidence.ts';
import { refuseOtherMetric } from './metric.ts';

/**
 * The tasks that both cells have verdicts of, in the reference's order. Refuses what cannot be compared:
 * other data, the same records twice, no task in common, a side without any verdict.
 */
export function pairTasks(reference: CellEvidence, candidate: CellEvidence): Map<string, TaskPair> {
  for (const { name, counts } of [reference, candidate]) {
    if (counts.size === 0) {
      throw environmentError(`${name} has no verdict at all; rerun its command to resume`);
    }
  }
  refuseOtherData(reference, candidate);
  if (reference.recordsSha256 === candidate.recordsSha256) {
    throw usageError(
      `${reference.name} and ${candidate.name} are the same records: nothing was measured twice; name two different cells`,
    );
  }
  const pairs = new Map(
    [...reference.counts].flatMap(([taskId, count]) => {
      const other = candidate.counts.get(taskId);
      return other === undefined ? [] : [[taskId, { reference: count, candidate: other }]];
    }),
  );
  if (pairs.size === 0) {
    throw usageError(
      `${reference.name} and ${candidate.name} have no task in common; run both with the same --tasks`,
    );
  }
  return pairs;
}

/** Throws a usage error where two cells were asked tasks of different data sets, or their tests' parts. */
export function refuseOtherData(
  reference: Pick<CellEvidence, 'name' | 'dataset' | 'metric'>,
  candidate: Pick<CellEvidence, 'name' | 'dataset' | 'metric'>,
): void {
  const [there, here] = [reference.dataset, candidate.dataset];
  if (there.sha256 !== here.sha256) {
    throw usageError(
      `${candidate.name} was asked ${here.name} with sha256 ${here.sha256.slice(0, 12)}…, ${reference.name} ${there.name} with ${there.sha256.slice(0, 12)}…: pass rates on other data are not comparable; run both on one file`,
    );
  }
  refuseOtherMetric(reference, candidate);
}
