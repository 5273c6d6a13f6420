import { sum } from 'simple-statistics';
import { sharedBeginning, sharedBeginnings } from '../../metrics/shared-beginning.ts';
import { modeOfCell } from '../../modes/index.ts';
import type { OverlapReport } from '../../records/overlap-report.ts';
import type { Completion } from '../../records/completion.ts';
import type { CellPlan } from '../../records/plan.ts';
import type { CellReport } from '../../records/report.ts';
import { noFigureOf } from '../../records/shard.ts';
import type { RunRecords } from '../../store/run-store.ts';

/**
 * How a cell's completions stand to the reference's, as texts alone: nothing for the reference itself, and
 * nothing where tokens are drawn, which differ anyway.
 */
export function overlapColumns(
  cell: CellPlan,
  { reference, records }: { readonly reference: CellPlan; readonly records: RunRecords },
): Pick<CellReport, 'overlap'> {
  return cell.id === reference.id || modeOfCell(cell).draws || modeOfCell(reference).draws
    ? {}
    : { overlap: overlapOf(cell, reference, records) };
}

/** Whose completions a cell reads along with, or why it does not although it was to. */
export function replayColumn({ replay, notRun }: CellPlan): Pick<CellReport, 'replay'> {
  const reason = notRun?.['replay'];
  if (replay !== undefined) {
    return { replay: { reference: replay.reference } };
  }
  return reason === undefined ? {} : { replay: { notRun: reason } };
}

function overlapOf(
  cell: CellPlan,
  reference: CellPlan,
  records: RunRecords,
): NonNullable<CellReport['overlap']> {
  const { shard } = records.header;
  if (shard !== undefined) {
    return noFigureOf(shard);
  }
  const theirs = byTask(reference, records);
  const pairs = [...byTask(cell, records)].flatMap(([taskId, own]) => {
    const other = theirs.get(taskId);
    return other === undefined ? [] : [{ own, other }];
  });
  if (pairs.length === 0) {
    return { notRun: `no task has a completion both of this cell and of ${reference.id}` };
  }
  const areTokens =
    cell.model.base === reference.model.base &&
    cell.engine.name === reference.engine.name &&
    pairs.every(({ own, other }) => own.tokens !== undefined && other.tokens !== undefined);
  const tasks = pairs.map(({ own, other }) =>
    areTokens
      ? sharedBeginning(other.tokens ?? [], own.tokens ?? [])
      : sharedBeginning(Array.from(other.text), Array.from(own.text)),
  );
  return {
    reference: reference.id,
    tasks: tasks.length,
    unit: areTokens ? 'tokens' : 'characters',
    ...sharedBeginnings(tasks),
    // What a stop cut off decides no verdict.
    identical: pairs.filter(({ own, other }) => own.text === other.text).length,
    ...replayOf(
      cell,
      pairs.map(({ own }) => own),
    ),
  };
}

function replayOf(
  { replay }: CellPlan,
  completions: readonly Completion[],
): Pick<OverlapReport, 'replay'> {
  const along = completions.flatMap((one) =>
    one.replay === undefined ? [] : [{ ...one.replay, newTokens: one.tokens?.length ?? 0 }],
  );
  if (replay === undefined || along.length === 0) {
    return {};
  }
  const total = (pick: (one: (typeof along)[number]) => number): number => sum(along.map(pick));
  return {
    replay: {
      reference: replay.reference,
      n: along.length,
      drafted: total((one) => one.drafted),
      accepted: total((one) => one.accepted),
      newTokens: total((one) => one.newTokens),
      passes: total((one) => one.passes),
    },
  };
}

function byTask({ id }: CellPlan, { completions }: RunRecords): Map<string, Completion> {
  return new Map(
    completions.flatMap((one) => (one.cell === id ? [[one.taskId, one] as const] : [])),
  );
}
