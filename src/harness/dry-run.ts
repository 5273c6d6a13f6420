import { mean, sum } from 'simple-statistics';
import { draftOf } from '../records/decode.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import type { PlannedCell } from '../records/dry-run.ts';
import type { Task } from '../records/task.ts';
import type { RunRecords } from '../store/run-store.ts';
import { answersOf } from '../measures/completions.ts';
import { timingUnits } from '../measures/latency/units.ts';

export interface DryRunParts {
  readonly plan: Plan;
  readonly tasks: readonly Task[];
  /** Why a model is not here, by the sha256 that stands for it in the plan. */
  readonly missing: ReadonlyMap<string, string>;
  /** Those of the plan's run, where it was begun. */
  readonly records: RunRecords | undefined;
}

/** What each cell of a plan still owes. */
export function plannedCells({ plan, tasks, missing, records }: DryRunParts): PlannedCell[] {
  const units =
    plan.latency === undefined
      ? []
      : timingUnits(
          plan.cells.filter(({ role }) => role === undefined),
          plan.latency,
          tasks,
        );
  const answered = new Set(records?.completions.map(({ key }) => key));
  const timed = new Set(records?.timings.map(({ key }) => key));
  return plan.cells.map((cell): PlannedCell => {
    const own = units.filter((unit) => unit.cell.id === cell.id);
    const answers = count(answersOf(cell, tasks), answered);
    const timings = count(own, timed);
    return {
      id: cell.id,
      model: modelOf(cell, missing),
      answers,
      ...(plan.latency === undefined ? {} : { timings }),
      newTokensAtMost: (answers.asked - answers.there) * cell.maxTokens,
      estimateMs: estimate(cell, { answers, timings }, records),
    };
  });
}

function modelOf(cell: CellPlan, missing: ReadonlyMap<string, string>): PlannedCell['model'] {
  const models = [cell.model, draftOf(cell)].filter((model) => model !== undefined);
  const reasons = models.flatMap(({ file }) => missing.get(file.sha256) ?? []);
  const { sha256, bytes } = cell.model.file;
  return reasons.length === 0
    ? { state: 'here', sha256, bytes }
    : { state: 'missing', reason: reasons.join('; ') };
}

type Owed = PlannedCell['answers'];

function count(wanted: readonly { readonly key: string }[], keys: ReadonlySet<string>): Owed {
  return { asked: wanted.length, there: wanted.filter(({ key }) => keys.has(key)).length };
}

/** From this cell's own records in this run and nothing else: another model's speed is no basis. */
function estimate(
  cell: CellPlan,
  owed: { readonly answers: Owed; readonly timings: Owed },
  records: RunRecords | undefined,
): number | null {
  const own = (records?.sessions ?? []).filter((session) => session.cell === cell.id);
  const quality = own.filter(({ pass, completions }) => pass === 'quality' && completions > 0);
  const times = [
    ...own.filter(({ pass }) => pass === 'latency').map(({ wallMs }) => wallMs),
    ...(records?.timings ?? [])
      .filter((timing) => timing.cell === cell.id)
      .map(({ ttftMs, decodeMs }) => ttftMs + decodeMs),
  ];
  const perAnswer =
    quality.length === 0
      ? undefined
      : sum(quality.map(({ wallMs }) => wallMs)) /
        sum(quality.map(({ completions }) => completions));
  const perTiming = times.length === 0 ? undefined : mean(times);
  const parts = [partOf(owed.answers, perAnswer), partOf(owed.timings, perTiming)];
  return parts.includes(undefined) ? null : sum(parts.map((part) => part ?? 0));
}

/** `undefined`: something is owed and its speed unknown. */
function partOf({ asked, there }: Owed, each: number | undefined): number | undefined {
  return asked === there ? 0 : each === undefined ? undefined : each * (asked - there);
}
