import { sha256Json } from '../records/hash.ts';
import { countSamples } from '../records/judge.ts';
import type { JudgeRecords } from '../store/judge-store.ts';
import type { CellEvidence } from './evidence.ts';

/** Judged samples as they were read: of `metric`, where tests have parts, the verdicts speak. */
export interface JudgedSamples {
  readonly name: string;
  readonly records: JudgeRecords;
  readonly parts: readonly string[];
  readonly metric: string | undefined;
}

/** What the verdicts on a file of samples say; which model wrote them, nobody says. */
export function evidenceOfSamples({ records, name, parts, metric }: JudgedSamples): CellEvidence {
  const { plan, planHash, fingerprint } = records.header;
  const counts = countsOf(records);
  const { all, unsupported } = countSamples(records.header);
  const judged = new Set(records.verdicts.map(({ sample }) => sample));
  const hit = new Set(records.incidents.flatMap(({ sample }) => sample ?? []));
  return {
    name,
    id: plan.samples.name,
    cell: undefined,
    samples: Math.max(0, ...[...counts.values()].map(({ samples }) => samples)),
    dataset: { ...plan.dataset, ...(parts.length === 0 ? {} : { parts: [...parts] }) },
    metric,
    grading: { ...plan.grading, extraction: plan.grading.extraction ?? 'none' },
    machine: fingerprint,
    counts,
    missing: {
      verdicts: all - unsupported - judged.size,
      infrastructure: [...hit].filter((sample) => !judged.has(sample)).length,
    },
    completions: new Map(),
    times: { ttftMs: new Map(), tpotMs: new Map() },
    report: undefined,
    divergedFrom: undefined,
    stopped: undefined,
    noiseFloor: undefined,
    // The plan names the samples and all that judged them.
    recordsSha256: sha256Json({ samples: planHash }),
  };
}

function countsOf({ verdicts }: JudgeRecords): Map<string, { samples: number; passed: number }> {
  const counts = new Map<string, { samples: number; passed: number }>();
  for (const { taskId, outcome } of verdicts) {
    const { samples, passed } = counts.get(taskId) ?? { samples: 0, passed: 0 };
    counts.set(taskId, {
      samples: samples + 1,
      passed: passed + Number(outcome.kind === 'passed'),
    });
  }
  return counts;
}
