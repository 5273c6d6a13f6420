import { sum } from 'simple-statistics';
import { cellFailure } from '../measures/cell-failure.ts';
import { groupByLoad } from '../measures/load-groups.ts';
import type { PreparedMeasure } from '../measures/measure.ts';
import { type LoadOptions, ModelProcess } from '../measures/model-process.ts';
import { draftOf } from '../records/decode.ts';
import { weightBytes } from '../records/model.ts';
import type { PlannedCell, UnitCount } from '../records/dry-run.ts';
import type { CellPlan, Plan } from '../records/plan.ts';
import type { RunRecords } from '../store/run-store.ts';

export interface DryRunParts extends LoadOptions {
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

/**
 * What is missing of each cell of a plan, and how long it is likely to take: a cell that has not run yet
 * is probed, where its weights are present.
 */
export async function plannedCells(parts: DryRunParts): Promise<PlannedCell[]> {
  const { measures, records } = parts;
  const counts = measures.map((measure) => ({ measure, byCell: measure.count(records) }));
  const cells: PlannedCell[] = [];
  for (const group of groupByLoad(parts.plan.cells)) {
    await using model = new ModelProcess(group, parts);
    for (const cell of group.cells) {
      const counted = counts.flatMap(({ measure, byCell }): Counted[] => {
        const count = byCell.get(cell.id);
        return count === undefined ? [] : [{ measure, count }];
      });
      cells.push(await plannedCell(cell, counted, { ...parts, model }));
    }
  }
  return parts.plan.cells.flatMap(({ id }) => cells.filter((cell) => cell.id === id));
}

async function plannedCell(
  cell: CellPlan,
  counted: readonly Counted[],
  parts: DryRunParts & { readonly model: ModelProcess },
): Promise<PlannedCell> {
  const newTokens = counted.map(
    ({ measure, count }) => missingOf(count) * (measure.newTokensEach?.(cell) ?? 0),
  );
  const model = modelOf(cell, parts.missing);
  const times: Timed[] = [];
  for (const { measure, count } of counted) {
    if (missingOf(count) > 0) {
      const asked = { measure, isPresent: model.state === 'present' };
      const { msEach, probe } = await timeOf(cell, asked, parts);
      times.push({ ms: msEach === undefined ? undefined : msEach * missingOf(count), probe });
    }
  }
  const probes = times.flatMap(({ probe }) => probe ?? []);
  return {
    id: cell.id,
    model,
    units: Object.fromEntries(counted.map(({ measure, count }) => [measure.unit, count])),
    newTokensAtMost: sum(newTokens),
    estimateMs: times.some(({ ms }) => ms === undefined)
      ? null
      : sum(times.map(({ ms }) => ms ?? 0)),
    ...(probes.length === 0 ? {} : { probe: probes.join('; ') }),
  };
}

/** What all that is missing of a measure takes, and the probe that it rests on. */
interface Timed {
  readonly ms: number | undefined;
  readonly probe: string | undefined;
}

/** From this cell's own records in this run, or else a probe: another model's speed is not a basis. */
async function timeOf(
  cell: CellPlan,
  { measure, isPresent }: { readonly measure: PreparedMeasure; readonly isPresent: boolean },
  { records, model, signal }: DryRunParts & { readonly model: ModelProcess },
): Promise<{ readonly msEach: number | undefined; readonly probe: string | undefined }> {
  if (measure.msEach === undefined) {
    return { msEach: 0, probe: undefined };
  }
  const known = records && measure.msEach(cell, records);
  if (known !== undefined || !isPresent) {
    return { msEach: known, probe: undefined };
  }
  try {
    const probed = await measure.probe?.(cell, { model, signal });
    return { msEach: probed?.msEach, probe: probed?.text };
  } catch (error) {
    // The run will say what is wrong with it.
    if (cellFailure(error) === undefined || signal.aborted) {
      throw error;
    }
    await model.close();
    return { msEach: undefined, probe: undefined };
  }
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

function missingOf({ asked, present }: UnitCount): number {
  return asked - present;
}
