import type { Report } from '../../records/report.ts';
import type { Timing } from '../../records/timing.ts';
import type { Table } from '../rendition.ts';
import { tpotMsOf } from '../words/timing-figures.ts';
import { type FigureRow, figuresOf, figureTable } from '../words/figure-table.ts';
import type { TaskResult } from '../../measures/pass-rate/task-results.ts';

/** A run's figures: those of each cell, of its completions, and of its timed completions. */
export function runTable(
  report: Report,
  results: readonly TaskResult[],
  timings: readonly Timing[],
): Table {
  return figureTable(
    report.cells.flatMap((cell) => {
      const owner = {
        plan: report.planHash.slice(0, 8),
        cell: cell.id,
        model: cell.model,
        quantization: cell.quantization,
        decode: cell.decode.mode,
      };
      const rows = [
        ...results.filter((result) => result.cell === cell.id).flatMap(resultRows),
        ...timings.filter((timing) => timing.cell === cell.id).flatMap(timingRows),
      ];
      return [...figuresOf(owner, cell), ...rows.map((row) => ({ ...owner, ...row }))];
    }),
  );
}

type Row = Omit<FigureRow, 'cell'>;

function resultRows({ taskId, sample, outcome, completion }: TaskResult): Row[] {
  const place = { task: taskId, sample };
  const rows: Row[] = [{ ...place, metric: 'passed', ...verdictOf(outcome) }];
  if (completion !== undefined) {
    const { promptTokens, tokens, stopReason } = completion;
    rows.push({ ...place, metric: 'promptTokens', ...counted(promptTokens) });
    rows.push({ ...place, metric: 'newTokens', ...counted(tokens?.length), note: stopReason });
  }
  return rows;
}

/** No value where the engine does not show tokens. */
function counted(tokens: number | undefined): Pick<Row, 'value'> {
  return tokens === undefined ? {} : { value: tokens };
}

function verdictOf(outcome: TaskResult['outcome']): Pick<Row, 'value' | 'note'> {
  switch (outcome.kind) {
    case 'passed':
      return { value: 1 };
    case 'failed':
      return { value: 0, note: `${outcome.cause}: ${outcome.detail}` };
    case 'infrastructure':
      return { note: `infrastructure: ${outcome.detail}` };
    case 'pending':
      return { note: 'pending' };
  }
}

/** A timed completion; `sample` says which repeat. One of a single token has no time per token. */
function timingRows(timing: Timing): Row[] {
  const place = { task: timing.taskId, sample: timing.repeat };
  const tpotMs = tpotMsOf(timing);
  return [
    { ...place, metric: 'ttftMs', value: timing.ttftMs },
    ...(tpotMs === undefined ? [] : [{ ...place, metric: 'tpotMs', value: tpotMs }]),
  ];
}
