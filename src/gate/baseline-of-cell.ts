import { meanPassAtK } from '../metrics/pass-at-k.ts';
import type { Baseline } from '../records/baseline.ts';
import { environmentError, usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { samplesOf } from '../records/decode.ts';
import type { CellEvidence } from '../compare/evidence.ts';

/**
 * A cell of a run as a baseline. Throws an `EvalkitError` unless every answer to every task of the
 * data set has its verdict: whatever is held against a baseline later trusts it.
 */
export function baselineOfCell(
  evidence: CellEvidence,
  { evalkit, limits }: { readonly evalkit: string; readonly limits: GateLimits },
): Baseline {
  const { cell, counts, dataset, grading, machine, times, noiseFloor, recordsSha256 } = evidence;
  refuseUnfinished(evidence);
  const rate = meanPassAtK([...counts.values()], 1);
  if (rate === undefined) {
    throw usageError(`${evidence.name} has no verdicts; name a run that has`);
  }
  const passed = [...counts].map(([taskId, count]) => [taskId, count.passed] as const);
  const answers = [...counts.values()].map(({ samples }) => samples);
  return {
    kind: 'evalkit-baseline',
    version: 2,
    evalkit,
    limits,
    dataset: { name: dataset.name, sha256: dataset.sha256, total: dataset.total },
    cell,
    grading,
    machine,
    samples: samplesOf(cell),
    passAt1: {
      passed: passed.reduce((total, [, count]) => total + count, 0),
      total: answers.reduce((total, count) => total + count, 0),
      samples: samplesOf(cell),
      estimate: rate.estimate,
      ci95: [...rate.ci95],
    },
    passed: Object.fromEntries(passed),
    ...(times.tpotMs.size === 0 ? {} : { tpotMs: Object.fromEntries(times.tpotMs) }),
    ...(noiseFloor === undefined ? {} : { noiseFloor }),
    recordsSha256,
  };
}

function refuseUnfinished({ name, cell, counts, dataset, owedOf, report }: CellEvidence): void {
  if (owedOf.infrastructure > 0) {
    throw environmentError(
      `${name}: ${owedOf.infrastructure} tasks have no verdict because of a failure that is not the model's; run the same command again, then write the baseline`,
    );
  }
  if (owedOf.owed > 0) {
    throw environmentError(
      `${name} is incomplete: ${owedOf.owed} verdicts are owed; finish the run with the same command, then write the baseline`,
    );
  }
  if (report !== undefined && report.timingsOwed > 0) {
    throw environmentError(
      `${name} is incomplete: ${report.timingsOwed} timings are owed; finish the run with the same command, then write the baseline`,
    );
  }
  if (counts.size !== dataset.total) {
    throw usageError(
      `${name} is partial: ${counts.size} of ${dataset.total} tasks of ${dataset.name}; a baseline takes a whole run, so run it without --tasks and --limit`,
    );
  }
  const samples = samplesOf(cell);
  const odd = [...counts].find(([, count]) => count.samples !== samples);
  if (odd !== undefined) {
    throw usageError(
      `${name} has ${odd[1].samples} verdicts of ${odd[0]} where its plan has ${samples}; restore its records`,
    );
  }
}
