import { mean, sum } from 'simple-statistics';
import { answersOf } from '../measures/completions.ts';
import { timingUnits } from '../measures/latency/units.ts';
import { draftOf } from '../records/decode.ts';
import { weightBytes } from '../records/model.ts';
import type { PlannedCell, UnitCount } from '../records/dry-run.ts';
import { isSubjectOf, type PerplexityPlan } from '../records/perplexity.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import type { Task } from '../records/task.ts';
import type { RunRecords } from '../store/run-store.ts';
import { scoresOf } from '../store/score-store.ts';

export interface DryRunParts {
  readonly plan: Plan;
  readonly tasks: readonly Task[];
  /** Why a model is not here, by the sha256 that stands for it in the plan. */
  readonly missing: ReadonlyMap<string, string>;
  /** Those of the plan's run, where it was begun. */
  readonly records: RunRecords | undefined;
  /** What is scored; `undefined`: nothing. */
  readonly scores: PerplexityPlan | undefined;
}

/** What is missing of each cell of a plan. */
export function plannedCells(parts: DryRunParts): PlannedCell[] {
  const { plan, tasks, missing, records } = parts;
  const units =
    plan.latency === undefined
      ? []
      : timingUnits(
          plan.cells.filter(
            ({ role, notRun }) => role === undefined && notRun?.['latency'] === undefined,
          ),
          plan.latency,
          tasks,
        );
  const answered = new Set(records?.completions.map(({ key }) => key));
  const timed = new Set(records?.timings.map(({ key }) => key));
  const scores = scoreCounts(parts);
  return plan.cells.map((cell): PlannedCell => {
    const own = units.filter((unit) => unit.cell.id === cell.id);
    const completions = count(answersOf(cell, tasks), answered);
    const timings = count(own, timed);
    return {
      id: cell.id,
      model: modelOf(cell, missing),
      units: {
        completions,
        ...(plan.latency === undefined ? {} : { timings }),
        ...scores.get(cell.id),
      },
      newTokensAtMost: (completions.asked - completions.present) * cell.maxTokens,
      estimateMs: estimate(cell, { completions, timings }, records),
    };
  });
}

/** How a plan's scores stand, each model at the first cell that has it: modes share them. */
function scoreCounts({
  plan,
  scores,
  records,
}: DryRunParts): ReadonlyMap<string, { readonly scores: UnitCount }> {
  const found = records?.perplexity?.kind === 'scored' ? records.perplexity : undefined;
  return new Map(
    scores?.subjects.flatMap((subject) => {
      const cell = plan.cells.find((one) => isSubjectOf(subject, one));
      const present =
        found === undefined
          ? 0
          : scoresOf(subject, { ...found, header: { ...found.header, plan: scores } }).length;
      return cell === undefined
        ? []
        : [[cell.id, { scores: { asked: scores.text.rows, present } }] as const];
    }),
  );
}

function modelOf(cell: CellPlan, missing: ReadonlyMap<string, string>): PlannedCell['model'] {
  const models = [cell.model, draftOf(cell)].filter((model) => model !== undefined);
  const reasons = models.flatMap(({ weights }) => missing.get(weights.sha256) ?? []);
  const { sha256 } = cell.model.weights;
  const bytes = weightBytes(cell.model.weights) ?? null;
  return reasons.length === 0
    ? { state: 'present', sha256, bytes }
    : { state: 'missing', reason: reasons.join('; ') };
}

function count(wanted: readonly { readonly key: string }[], keys: ReadonlySet<string>): UnitCount {
  return { asked: wanted.length, present: wanted.filter(({ key }) => keys.has(key)).length };
}

/** From this cell's own records in this run and nothing else: another model's speed is no basis. */
function estimate(
  cell: CellPlan,
  units: { readonly completions: UnitCount; readonly timings: UnitCount },
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
  const perCompletion =
    quality.length === 0
      ? undefined
      : sum(quality.map(({ wallMs }) => wallMs)) /
        sum(quality.map(({ completions }) => completions));
  const perTiming = times.length === 0 ? undefined : mean(times);
  const parts = [partOf(units.completions, perCompletion), partOf(units.timings, perTiming)];
  return parts.includes(undefined) ? null : sum(parts.map((part) => part ?? 0));
}

/** `undefined`: something is missing and its speed unknown. */
function partOf({ asked, present }: UnitCount, each: number | undefined): number | undefined {
  return asked === present ? 0 : each === undefined ? undefined : each * (asked - present);
}
