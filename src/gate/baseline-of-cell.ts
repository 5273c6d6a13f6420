import { counted } from '../records/counted.ts';
import { meanPassAtK } from '../metrics/pass-at-k.ts';
import type { Baseline } from '../records/baseline.ts';
import { environmentError, usageError } from '../records/error.ts';
import type { GateLimits } from '../records/gate-limits.ts';
import { refuseUnfinished } from './fitness.ts';
import type { CellEvidence } from '../compare/evidence.ts';

/**
 * A cell of a run as a baseline. Throws an `EvalkitError` unless every completion of every task of the
 * data set has its verdict: whatever is held against a baseline later trusts it.
 */
export function baselineOfCell(
  evidence: CellEvidence,
  { evalkit, limits }: { readonly evalkit: string; readonly limits: GateLimits },
): Baseline {
  const { cell, counts, dataset, metric, grading, machine, times } = evidence;
  const { noiseFloor, recordsSha256 } = evidence;
  if (cell === undefined) {
    throw usageError(
      `${evidence.name} holds judged samples, and a baseline names the weights that wrote its completions; hold later samples against the run itself: evalkit gate OTHER --baseline ${evidence.name}`,
    );
  }
  refuseUnfinished(evidence, {
    aim: 'write the baseline',
    taker: 'a baseline takes a whole run',
  });
  refuseUntimed(evidence);
  const rate = meanPassAtK([...counts.values()], 1);
  if (rate === undefined) {
    throw usageError(`${evidence.name} has no verdicts; name a run that has`);
  }
  const passed = [...counts].map(([taskId, count]) => [taskId, count.passed] as const);
  const samples = [...counts.values()].map((count) => count.samples);
  return {
    kind: 'evalkit-baseline',
    version: 2,
    evalkit,
    limits,
    dataset: { name: dataset.name, sha256: dataset.sha256, total: dataset.total },
    cell,
    ...(metric === undefined ? {} : { metric }),
    grading,
    machine,
    samples: evidence.samples,
    passAt1: {
      passed: passed.reduce((total, [, count]) => total + count, 0),
      total: samples.reduce((total, count) => total + count, 0),
      samples: evidence.samples,
      estimate: rate.estimate,
      ci95: [...rate.ci95],
    },
    passed: Object.fromEntries(passed),
    ...(times.tpotMs.size === 0 ? {} : { tpotMs: Object.fromEntries(times.tpotMs) }),
    ...(noiseFloor === undefined ? {} : { noiseFloor }),
    recordsSha256,
  };
}

function refuseUntimed({ name, report }: CellEvidence): void {
  if (report !== undefined && report.timingsMissing > 0) {
    throw environmentError(
      `${name} is incomplete: ${counted(report.timingsMissing, 'timing is', 'timings are')} missing; rerun the same command to resume, then write the baseline`,
    );
  }
}
