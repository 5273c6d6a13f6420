import type { Completion } from '../../records/completion.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { Incident, Outcome } from '../../records/verdict.ts';
import { samplesOf } from '../../records/decode.ts';
import { hasTask } from '../../records/shard.ts';
import type { RunRecords } from '../../store/run-store.ts';

/** How a completion stands: a verdict, or why there is none. The two never share a kind. */
export type TaskOutcome =
  | Outcome
  /** Missing because of a failure that is not the model's. */
  | { readonly kind: 'infrastructure'; readonly detail: string }
  /** Not reached yet. */
  | { readonly kind: 'pending' };

/** One completion of one task by one cell, missing or present. */
export interface TaskResult {
  readonly cell: string;
  readonly taskId: string;
  readonly sample: number;
  readonly outcome: TaskOutcome;
  readonly completion: Completion | undefined;
  /** Absent where nothing was run, and in older records. */
  readonly judgingMs?: number | undefined;
}

/** Every completion that a run, or a shard, asks for, by cell, task and sample in the plan's order. */
export function taskResults(records: RunRecords): TaskResult[] {
  return records.header.plan.cells.flatMap((cell) => cellResults(cell, records));
}

/** Those of one cell. */
export function cellResults({ id, decode }: CellPlan, records: RunRecords): TaskResult[] {
  const ofCell = <T extends { readonly cell: string }>(items: readonly T[]): T[] =>
    items.filter((item) => item.cell === id);
  const completions = new Map(ofCell(records.completions).map((each) => [placeOf(each), each]));
  const verdicts = new Map(ofCell(records.verdicts).map((each) => [placeOf(each), each]));
  const incidents = ofCell(records.incidents);
  const { header } = records;
  const own = header.plan.dataset.taskIds.filter((taskId) => hasTask(header, taskId));
  return own.flatMap((taskId) =>
    [...Array(samplesOf({ decode })).keys()].map((sample) => {
      const place = placeOf({ taskId, sample });
      const completion = completions.get(place);
      const verdict = verdicts.get(place);
      const outcome = verdict?.outcome ?? whyMissing(incidents, { taskId, completion });
      return { cell: id, taskId, sample, outcome, completion, judgingMs: verdict?.judgingMs };
    }),
  );
}

function placeOf({ taskId, sample }: Pick<TaskResult, 'taskId' | 'sample'>): string {
  return `${taskId}#${sample}`;
}

/** A generated completion waits for its judge, any other for the engine, which fails a cell as a whole. */
function whyMissing(
  incidents: readonly Incident[],
  { taskId, completion }: Pick<TaskResult, 'taskId' | 'completion'>,
): TaskOutcome {
  const incident = incidents.findLast(({ stage, taskId: hit }) =>
    completion === undefined ? stage === 'generate' : hit === taskId,
  );
  return incident === undefined
    ? { kind: 'pending' }
    : { kind: 'infrastructure', detail: incident.detail };
}
