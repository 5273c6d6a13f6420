import { resolve } from 'node:path';
import type { Host, Outcome } from '../host.ts';
import { readReport } from '../report.ts';
import { printReport } from '../report-output.ts';
import type { ReportOptions } from './options.ts';

/** Renders the records of a run of any kind again, and reads nothing else. */
export async function report(options: ReportOptions, host: Host): Promise<Outcome> {
  await printReport(host, readReport(resolve(host.cwd, options.run)), options);
  return { kind: 'done' };
}
