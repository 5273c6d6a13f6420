import { sum } from 'simple-statistics';
import type { PreparedMeasure } from '../measures/measure.ts';
import { draftOf } from '../records/decode.ts';
import { weightBytes } from '../records/model.ts';
import type { PlannedCell, UnitCount } from '../records/dry-run.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import type { RunRecords } from '../store/run-store.ts';

export interface DryRunParts {
  readonly plan: Plan;
  readonly measures: readonly PreparedMeasure[];
  /** Why a model is missing, by the sha256 that stands for it in the plan. */
  readonly missing: ReadonlyMap<string, string>;
  /** Those of the plan's run, where it was begun. */
  readonly records: RunRecords | undefined;
}

/** A measure of a cell, and how its pieces stand. */
interface Counted {
  readonly measure: PreparedMeasure;
  readonly count: UnitCount;
}

/** What is missing of each cell of a plan. */
export function plannedCells(parts: DryRunParts): PlannedCell[] {
  const { plan, measures, missing, records } = parts;
  const counts = measures.map((measure) => ({ measure, byCell: measure.count(records) }));
  return plan.cells.map((cell): PlannedCell => {
    const counted = counts.flatMap(({ measure, byCell }): Counted[] => {
      const count = byCell.get(cell.id);
      return count === undefined ? [] : [{ measure, count }];
    });
    const newTokens = counted.map(
      ({ measure, count }) => missingOf(count) * (measure.newTokensEach?.(cell) ?? 0),
    );
    return {
      id: cell.id,
      model: modelOf(cell, missing),
      units: Object.fromEntries(counted.map(({ measure, count }) => [measure.unit, count])),
      newTokensAtMost: sum(newTokens),
      estimateMs: estimate(cell, counted, records),
    };
  });
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

/** From this cell's own records in this run and nothing else: another model's speed is not a basis. */
function estimate(
  cell: CellPlan,
  counted: readonly Counted[],
  records: RunRecords | undefined,
): number | null {
  const parts = counted
    .filter(({ measure, count }) => measure.msEach !== undefined && missingOf(count) > 0)
    .map(({ measure, count }) => {
      const each = records === undefined ? undefined : measure.msEach?.(cell, records);
      return each === undefined ? undefined : each * missingOf(count);
    });
  return parts.includes(undefined) ? null : sum(parts.map((part) => part ?? 0));
}

function missingOf({ asked, present }: UnitCount): number {
  return asked - present;
}
