import { renditionOfComparisons } from '../../report/compare/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport } from '../report-output.ts';
import type { CompareOptions } from './options.ts';
import { runCompare } from './run.ts';

/** Compares, and prints what changed. */
export async function compare(options: CompareOptions, host: Host): Promise<Outcome> {
  await printReport(host, renditionOfComparisons(runCompare(options, host.cwd)), options);
  return { kind: 'done' };
}
