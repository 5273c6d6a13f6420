import { counted } from '../../records/counted.ts';
import { passAtK } from '../../measures/pass-rate/rates.ts';
import { missingPackages } from '../../records/missing-packages.ts';
import { countSamples, type JudgedSample, type JudgeHeader } from '../../records/judge.ts';
import type { JudgeReport } from '../../records/judge-report.ts';
import { noFigureOf } from '../../records/shard.ts';
import type { Incident } from '../../records/verdict.ts';
import { partsOf } from '../../records/verdict.ts';

/** What the verdicts on a file of samples are summed up from. */
export interface JudgeSums {
  readonly header: JudgeHeader;
  readonly verdicts: Iterable<JudgedSample>;
  readonly incidents: Iterable<Incident>;
}

/** Sums verdicts on samples up: the one summary that every format renders. */
export function summarizeJudge({ header, verdicts, incidents }: JudgeSums): JudgeReport {
  const { plan, fingerprint } = header;
  const { grading } = plan;
  const all = [...verdicts];
  const tally = countVerdicts(all);
  const missing = missingVerdicts(header, { tally, incidents });
  return {
    version: 1,
    status: statusOf(header, missing),
    ...(header.shard === undefined ? {} : { shard: header.shard }),
    ...(header.merged === undefined ? {} : { merged: header.merged }),
    name: plan.samples.name,
    planHash: header.planHash,
    dataset: {
      suite: plan.dataset.suite,
      name: plan.dataset.name,
      sha256: plan.dataset.sha256,
      tasks: plan.dataset.total,
      judged: tally.tasks.size,
    },
    samples: plan.samples.count,
    output: header.output,
    passAtK: passAtKs(header, tally, missing),
    ...partsOf(all, (own) => ({ passAtK: passAtKs(header, countVerdicts(own), missing) })),
    causes: sorted({ ...Object.fromEntries(tally.causes), ...present(missing) }),
    infrastructure: missing.infrastructure,
    ...missingOf(all),
    unsupported: plan.unsupported.map(({ taskId, reason }) => ({ taskId, reason })),
    sandbox: {
      ...header.sandbox,
      ...grading.limits,
    },
    ...(header.testSeed === undefined ? {} : { testSeed: header.testSeed }),
    versions: {
      evalkit: header.evalkit,
      node: fingerprint.node,
      runtime: grading.grader.runtime,
      grader: grading.grader.version,
      ...(grading.extraction === undefined ? {} : { extraction: grading.extraction }),
    },
  };
}

function statusOf({ shard }: JudgeHeader, missing: Missing): JudgeReport['status'] {
  if (missing.infrastructure + missing.pending > 0) {
    return 'incomplete';
  }
  return shard === undefined ? 'complete' : 'shard';
}

function missingOf(verdicts: Iterable<JudgedSample>): Pick<JudgeReport, 'missingPackages'> {
  const missing = missingPackages(verdicts);
  return Object.keys(missing).length === 0 ? {} : { missingPackages: missing };
}

/** Verdicts by task and by cause. */
interface Tally {
  readonly tasks: ReadonlyMap<string, { readonly samples: number; readonly passed: number }>;
  readonly causes: ReadonlyMap<string, number>;
  readonly samples: ReadonlySet<number>;
}

function countVerdicts(verdicts: Iterable<JudgedSample>): Tally {
  const tasks = new Map<string, { samples: number; passed: number }>();
  const causes = new Map<string, number>();
  const samples = new Set<number>();
  for (const { sample, taskId, outcome } of verdicts) {
    const cause = outcome.kind === 'passed' ? 'passed' : outcome.cause;
    causes.set(cause, (causes.get(cause) ?? 0) + 1);
    const count = tasks.get(taskId) ?? { samples: 0, passed: 0 };
    count.samples += 1;
    count.passed += Number(outcome.kind === 'passed');
    tasks.set(taskId, count);
    samples.add(sample);
  }
  return { tasks, causes, samples };
}

/** Samples without a verdict, by why. */
interface Missing {
  readonly unsupported: number;
  readonly infrastructure: number;
  readonly pending: number;
}

function missingVerdicts(
  header: JudgeHeader,
  { tally, incidents }: { readonly tally: Tally; readonly incidents: Iterable<Incident> },
): Missing {
  const { all, unsupported } = countSamples(header);
  const hit = new Set([...incidents].flatMap(({ sample }) => sample ?? []));
  const infrastructure = [...hit].filter((sample) => !tally.samples.has(sample)).length;
  const pending = all - tally.samples.size - unsupported - infrastructure;
  return { unsupported, infrastructure, pending };
}

function present(missing: Missing): Record<string, number> {
  return Object.fromEntries(Object.entries(missing).filter(([, count]) => count > 0));
}

function sorted(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function passAtKs(
  { k: ks, shard }: JudgeHeader,
  tally: Tally,
  missing: Missing,
): JudgeReport['passAtK'] {
  if (shard !== undefined) {
    return Object.fromEntries(ks.map((k) => [k, noFigureOf(shard)]));
  }
  const { infrastructure, pending } = missing;
  const unjudged = infrastructure + pending;
  const counts = [...tally.tasks.values()];
  return Object.fromEntries(
    ks.map((k) => [
      k,
      unjudged > 0
        ? { notRun: `${counted(unjudged, 'sample has', 'samples have')} no verdict yet` }
        : passAtK(counts, k),
    ]),
  );
}
