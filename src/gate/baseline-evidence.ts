import type { Baseline } from '../records/baseline.ts';
import type { CellEvidence } from '../compare/evidence.ts';

/** What a baseline file says of its cell; completions and report are not in it. */
export function evidenceOfBaseline(baseline: Baseline, name: string): CellEvidence {
  const { cell, dataset, grading, machine, samples, passed, tpotMs, noiseFloor } = baseline;
  const tasks = Object.entries(passed);
  return {
    name: `${name}#${cell.id}`,
    id: cell.id,
    cell,
    samples,
    dataset,
    metric: baseline.metric,
    grading,
    machine,
    counts: new Map(tasks.map(([taskId, count]) => [taskId, { samples, passed: count }])),
    missing: { verdicts: 0, infrastructure: 0 },
    completions: new Map(),
    times: { ttftMs: new Map(), tpotMs: new Map(Object.entries(tpotMs ?? {})) },
    report: undefined,
    divergedFrom: undefined,
    stopped: undefined,
    noiseFloor,
    recordsSha256: baseline.recordsSha256,
  };
}
