import { printReport, refuseUnprintable } from '../report-output.ts';
import type { Host, Outcome } from '../host.ts';
import type { MergeOptions } from './options.ts';
import { runMerge } from './run.ts';

/** Merges, prints the report of the whole run, and says what is missing of it. */
export async function merge(options: MergeOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options);
  const { rendition, missing } = await runMerge(options, host);
  await printReport(host, rendition, options);
  for (const text of missing) {
    host.progress({ kind: 'warning', text });
  }
  return { kind: missing.length === 0 ? 'done' : 'incomplete' };
}
