import { NOT_OF_SCORES } from '../../report/perplexity/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import type { PerplexityOptions } from './options.ts';
import { runPerplexity } from './run.ts';

/** Scores a text and prints what came of it. */
export async function perplexity(options: PerplexityOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options, NOT_OF_SCORES);
  const { report, rendition } = await runPerplexity(options, host);
  await printReport(host, rendition, options);
  return { kind: report.status === 'incomplete' ? 'incomplete' : 'done' };
}
