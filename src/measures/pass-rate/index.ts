import { sum } from 'simple-statistics';
import { chooseK } from '../../modes/check-options.ts';
import type { DecodeOptions } from '../../modes/options.ts';
import type { CellPlan } from '../../records/plan.ts';
import { hasTask } from '../../records/shard.ts';
import type { RunRecords } from '../../store/run-store.ts';
import { completionsOf } from '../completions.ts';
import { countUnits } from '../count-units.ts';
import type { Measure } from '../measure.ts';
import { passRateColumns, type PassRateColumns } from './columns.ts';
import { answerAndJudge } from './execute.ts';
import { probeCompletions } from './probe.ts';

/** Which share of the completions passes its tests: the quality pass. */
export const passRate: Measure<DecodeOptions, PassRateColumns> = {
  name: 'pass-rate',
  stages: ['generate', 'judge'],
  needs: [],
  part: (options) => ({ k: chooseK(options) }),
  prepare: ({ plan, tasks, shard, shared = new Set() }) =>
    Promise.resolve({
      unit: 'completions',
      count: (records) => {
        const present = new Set([...shared, ...(records?.completions ?? []).map(({ key }) => key)]);
        return new Map(
          plan.cells.map((cell) => {
            const own = tasks.filter(({ taskId }) => hasTask({ shard }, taskId));
            return [cell.id, countUnits(completionsOf(cell, own), present)];
          }),
        );
      },
      msEach,
      probe: (cell, probe) => probeCompletions(cell, { ...probe, tasks }),
      newTokensEach: ({ maxTokens }) => maxTokens,
      execute: answerAndJudge,
    }),
  columns: (cell, of) => passRateColumns(cell, of),
  // What a rule left out of a cell is not missing.
  isIncomplete: ({ infrastructure, pending, stopped }) =>
    infrastructure > 0 || (stopped === undefined && pending > 0),
};

function msEach(cell: CellPlan, { sessions }: RunRecords): number | undefined {
  const own = sessions.filter(
    ({ cell: id, pass, completions }) => id === cell.id && pass === 'quality' && completions > 0,
  );
  return own.length === 0
    ? undefined
    : sum(own.map(({ wallMs }) => wallMs)) / sum(own.map(({ completions }) => completions));
}
