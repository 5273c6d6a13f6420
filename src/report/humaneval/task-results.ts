import type { Completion } from '../../records/completion.ts';
import type { Incident } from '../../records/verdict.ts';
import { samplesOf } from '../../records/decode.ts';
import type { RunRecords } from '../../store/run-store.ts';
import type { TaskOutcome } from '../words/pipeline.ts';

/** One answer of one cell to one task, whether or not it is there. */
export interface TaskResult {
  readonly cell: string;
  readonly taskId: string;
  readonly sample: number;
  readonly outcome: TaskOutcome;
  readonly completion: Completion | undefined;
}

/** Every answer that a run's plan asks for, by cell, task and sample in the plan's order. */
export function taskResults(records: RunRecords): TaskResult[] {
  const { cells, dataset } = records.header.plan;
  const completions = new Map(records.completions.map((record) => [placeOf(record), record]));
  const verdicts = new Map(records.verdicts.map((record) => [placeOf(record), record.outcome]));
  return cells.flatMap((cell) => {
    const incidents = records.incidents.filter((incident) => incident.cell === cell.id);
    return dataset.taskIds.flatMap((taskId) =>
      [...Array(samplesOf(cell)).keys()].map((sample) => {
        const place = placeOf({ cell: cell.id, taskId, sample });
        const completion = completions.get(place);
        const outcome = verdicts.get(place) ?? owed(incidents, { taskId, completion });
        return { cell: cell.id, taskId, sample, outcome, completion };
      }),
    );
  });
}

function placeOf(record: { cell: string; taskId: string; sample: number }): string {
  return JSON.stringify([record.cell, record.taskId, record.sample]);
}

/** A generated answer waits for its judge, any other for the engine, which fails a cell as a whole. */
function owed(
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
