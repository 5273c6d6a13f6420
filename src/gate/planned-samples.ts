import type { CellEvidence } from '../compare/evidence.ts';
import { dropFoundWith } from '../metrics/detectable-drop.ts';
import { type PairedSamples, type SampleSpread, sampleSpread } from '../metrics/sample-spread.ts';
import type { PlannedSamples } from '../records/gate.ts';
import { usageError } from '../records/error.ts';

/** Samples of each task that a plan has rows for. */
const SAMPLES = [1, 2, 5, 10, 20, 50, 100];

/** The spread that two sides were measured with; `undefined` where either has one sample a task. */
export function spreadBetween(
  reference: CellEvidence,
  candidate: CellEvidence,
): SampleSpread | undefined {
  return sampleSpread(pairedSamples(reference, candidate));
}

/**
 * What so many samples of each task would find, where the candidate has the spread that it was measured
 * with. Throws a usage error where that is unknown.
 */
export function planSamples(
  reference: CellEvidence,
  candidate: CellEvidence,
  confidence: number,
): PlannedSamples {
  const spread = spreadBetween(reference, candidate);
  if (spread === undefined) {
    throw usageError(
      `${candidate.name} and ${reference.name} have no several samples of each task, one by one, so that nothing is known of how much they differ; make a run with --decode sample --samples 5, or leave it out`,
    );
  }
  const { within, between, correlation } = spread;
  const tasks = pairedSamples(reference, candidate).length;
  return {
    cell: candidate.id,
    tasks,
    samples: candidate.samples,
    within,
    between,
    correlation,
    found: SAMPLES.map((samples) => ({
      samples,
      drop: dropFoundWith(between + within / samples, { tasks, confidence }),
    })),
  };
}

/** The tasks that both sides have samples of, one by one; none where a side is a baseline file. */
function pairedSamples(reference: CellEvidence, candidate: CellEvidence): PairedSamples[] {
  return [...candidate.completions.keys()].flatMap((taskId) =>
    reference.completions.has(taskId)
      ? [{ reference: passes(reference, taskId), candidate: passes(candidate, taskId) }]
      : [],
  );
}

function passes({ completions }: CellEvidence, taskId: string): boolean[] {
  return (completions.get(taskId) ?? []).map(({ verdict }) => verdict.outcome.kind === 'passed');
}
