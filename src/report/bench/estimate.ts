import { counted } from '../../records/counted.ts';
import prettyMs from 'pretty-ms';
import type { BenchPlan } from '../../records/bench.ts';
import type { ReportDocument } from '../words/document.ts';

/** A grid that has not run, with an upper estimate of each cell's time. */
export function describeEstimate(
  plan: BenchPlan,
  estimates: ReadonlyMap<string, number>,
): ReportDocument {
  return {
    title: `bench, dry run: ${counted(plan.cells.length, 'cell')}, ${totalText(plan, estimates)}`,
    table: [
      ['cell', 'estimate', ''],
      ...plan.cells.map(({ id, impossible }) => {
        if (impossible !== undefined) {
          return [id, '', `not run: ${impossible}`];
        }
        const ms = estimates.get(id);
        return ms === undefined
          ? [id, 'n/a', 'the model is missing, or could not be tried']
          : [id, text(ms), ms > plan.cellTimeoutMs ? 'over --cell-timeout: is skipped' : ''];
      }),
      ...plan.notRun.map(({ id, reason }) => [id, '', `not run: ${reason}`]),
    ],
    sections: [],
    warnings: [],
  };
}

/** The time of the cells that will run, as far as it is known. */
export function totalText(plan: BenchPlan, estimates: ReadonlyMap<string, number>): string {
  const times = [...estimates.values()].filter((ms) => ms <= plan.cellTimeoutMs);
  return estimates.size === 0
    ? 'time unknown'
    : `about ${text(times.reduce((sum, ms) => sum + ms, 0))} in all`;
}

function text(ms: number): string {
  return prettyMs(ms, { secondsDecimalDigits: 0 });
}
