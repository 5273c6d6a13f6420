import {
  NOT_OF_GRIDS,
  renditionOfBench,
  renditionOfBenchPlan,
} from '../../report/bench/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import type { BenchOptions } from './options.ts';
import { runBench } from './run.ts';

/** Runs the grid and prints what came of it. */
export async function bench(options: BenchOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options, NOT_OF_GRIDS);
  const result = await runBench(options, host);
  if (result.kind === 'dry-run') {
    await printReport(host, renditionOfBenchPlan(result.estimate), options);
    return { kind: 'done' };
  }
  await printReport(host, renditionOfBench(result.report), options);
  return { kind: result.report.status === 'incomplete' ? 'incomplete' : 'done' };
}
