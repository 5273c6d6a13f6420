import { taskFigures } from '../metrics/latency.ts';
import type { TaskCount } from '../metrics/pass-at-k.ts';
import type { NoiseFloor } from '../records/comparison.ts';
import type { Completion } from '../records/completion.ts';
import type { EarlyStop } from '../records/early-stop.ts';
import { sha256Json } from '../records/hash.ts';
import type { Subject } from '../records/perplexity.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import type { Grading } from '../records/grading.ts';
import type { CellReport, Report } from '../records/report.ts';
import type { Fingerprint } from '../records/fingerprint.ts';
import { samplesOf } from '../records/decode.ts';
import type { Verdict } from '../records/verdict.ts';
import { spendingOf, stopOf } from '../store/early-stops.ts';
import type { RunRecords } from '../store/run-store.ts';

/** A completion with its verdict. */
export interface JudgedCompletion {
  readonly completion: Completion;
  readonly verdict: Verdict;
}

/** All that a comparison asks of one cell, from a run or from a baseline file. */
export interface CellEvidence {
  /** As the user named it, with the cell: `results/x#tiny:q8_0/greedy`. */
  readonly name: string;
  /** The cell's; of judged samples their file. */
  readonly id: string;
  /** `undefined` for judged samples: nobody says which weights wrote them, nor how they were asked. */
  readonly cell: CellPlan | undefined;
  /** Completions of each task. */
  readonly samples: number;
  readonly dataset: Pick<Plan['dataset'], 'name' | 'sha256' | 'total' | 'parts'>;
  /** The part of the tests whose passes count; absent where tests have none, or a file names none. */
  readonly metric: string | undefined;
  readonly grading: Grading;
  readonly machine: Fingerprint;
  /** Verdicts by task, in the data set's order; only tasks that have some. */
  readonly counts: ReadonlyMap<string, TaskCount>;
  /** How many verdicts are missing, and how many of them for a failure that is not the model's. */
  readonly missing: { readonly verdicts: number; readonly infrastructure: number };
  /** By task, in the order of the samples; empty for a baseline file. */
  readonly completions: ReadonlyMap<string, readonly JudgedCompletion[]>;
  /** Medians of the latency pass by task; empty without one. */
  readonly times: {
    readonly ttftMs: ReadonlyMap<string, number>;
    readonly tpotMs: ReadonlyMap<string, number>;
  };
  /** The cell as its run's report shows it; absent for a baseline file. */
  readonly report: CellReport | undefined;
  /** What its report's divergence was measured from; absent without one. */
  readonly divergedFrom: Subject | undefined;
  /** Set where a rule ended the cell before all tasks were asked. */
  readonly stopped: EarlyStop | undefined;
  /** What looks at it saw during its run, where they spend their error by plan. */
  readonly spending?: EarlyStop['spending'];
  /** Absent where it was not measured. */
  readonly noiseFloor: NoiseFloor | undefined;
  /** Of the verdicts' keys. */
  readonly recordsSha256: string;
}

/** A run's records with what they sum up to, and its name as the user gave it. */
export interface SummarizedRun {
  readonly name: string;
  readonly records: RunRecords;
  readonly report: Report;
  /** The part of the tests whose passes the verdicts say; absent where tests have none. */
  readonly metric?: string | undefined;
}

/** What a run's records say of one of its cells. */
export function evidenceOfRun(run: SummarizedRun, cell: CellPlan): CellEvidence {
  const { name, records } = run;
  const { plan, fingerprint } = records.header;
  const completions = judgedCompletions(records, cell);
  const report = run.report.cells.find(({ id }) => id === cell.id);
  const expected = plan.dataset.taskIds.length * samplesOf(cell);
  const found = [...completions.values()].reduce((total, own) => total + own.length, 0);
  return {
    name: `${name}#${cell.id}`,
    id: cell.id,
    cell,
    samples: samplesOf(cell),
    dataset: plan.dataset,
    metric: run.metric,
    grading: plan.grading,
    machine: fingerprint,
    counts: new Map([...completions].map(([taskId, own]) => [taskId, countOf(own)])),
    missing: { verdicts: expected - found, infrastructure: report?.infrastructure ?? 0 },
    completions,
    times: taskFigures(records.timings.filter((timing) => timing.cell === cell.id)),
    report,
    divergedFrom: divergedFrom(records, report?.divergence),
    stopped: stopOf(cell, records),
    spending: spendingOf(cell, records),
    noiseFloor: noiseFloorOf(records, cell),
    recordsSha256: recordsHash([...completions.values()].flat().map(({ verdict }) => verdict)),
  };
}

function divergedFrom(
  { perplexity }: RunRecords,
  divergence: CellReport['divergence'],
): Subject | undefined {
  return perplexity?.kind !== 'scored' || divergence === undefined || 'notRun' in divergence
    ? undefined
    : perplexity.header.plan.subjects.find(({ id }) => id === divergence.reference);
}

/** The cells of a run that stand for a model: noise-floor cells do not. */
export function comparableCells({ cells }: Plan): CellPlan[] {
  return cells.filter(({ role }) => role === undefined);
}

function judgedCompletions(
  records: RunRecords,
  cell: CellPlan,
): Map<string, readonly JudgedCompletion[]> {
  const completions = new Map(
    records.completions.flatMap((record) =>
      record.cell === cell.id ? [[record.key, record]] : [],
    ),
  );
  const verdicts = new Map(
    records.verdicts.flatMap((record) =>
      record.cell === cell.id ? [[record.completionKey, record]] : [],
    ),
  );
  const judged = [...verdicts.values()].flatMap((verdict) => {
    const completion = completions.get(verdict.completionKey);
    return completion === undefined ? [] : [{ completion, verdict }];
  });
  const byTask = Map.groupBy(judged, ({ verdict }) => verdict.taskId);
  return new Map(
    records.header.plan.dataset.taskIds.flatMap((taskId) => {
      const own = byTask.get(taskId);
      return own === undefined
        ? []
        : [[taskId, own.toSorted((a, b) => a.verdict.sample - b.verdict.sample)]];
    }),
  );
}

function countOf(completions: readonly JudgedCompletion[]): TaskCount {
  const passed = completions.filter(({ verdict }) => verdict.outcome.kind === 'passed').length;
  return { samples: completions.length, passed };
}

function noiseFloorOf(records: RunRecords, cell: CellPlan): NoiseFloor | undefined {
  const twin = records.header.plan.cells.find(
    (other) => other.role === 'noise-floor' && twinKey(other) === twinKey(cell),
  );
  if (twin === undefined || cell.role !== undefined) {
    return undefined;
  }
  const [first, second] = [judgedCompletions(records, cell), judgedCompletions(records, twin)];
  const both = [...first].flatMap(([taskId, own]) => {
    const other = second.get(taskId);
    return other === undefined ? [] : [{ own: countOf(own), other: countOf(other) }];
  });
  const flips = both.filter(({ own, other }) => own.passed !== other.passed).length;
  return both.length === 0 ? undefined : { flips, tasks: both.length };
}

/** A noise floor differs from its cell in nothing but the number of sequences at once. */
function twinKey({ model, decode, settings }: CellPlan): string {
  return sha256Json({
    model: model.weights.sha256,
    decode,
    settings,
  });
}

function recordsHash(verdicts: readonly Verdict[]): string {
  return sha256Json(verdicts.map(({ key, completionKey }) => `${completionKey} ${key}`).toSorted());
}
