import { renditionOfComparisons } from '../../report/compare/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport } from '../report-output.ts';
import { compareFolder } from './folders.ts';
import type { CompareOptions } from './options.ts';
import { runCompare } from './run.ts';

/** Compares, and prints what changed. */
export async function compare(options: CompareOptions, host: Host): Promise<Outcome> {
  const { cwd } = host;
  const rendition =
    compareFolder(options, cwd) ?? renditionOfComparisons(runCompare(options, cwd), options.flips);
  await printReport(host, rendition, options);
  return { kind: 'done' };
}
