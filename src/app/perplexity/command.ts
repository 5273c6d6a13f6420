import { renditionOfPerplexity } from '../../report/perplexity/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport } from '../report-output.ts';
import type { PerplexityOptions } from './options.ts';
import { runPerplexity } from './run.ts';

/** Scores a text and prints what came of it. */
export async function perplexity(options: PerplexityOptions, host: Host): Promise<Outcome> {
  const report = await runPerplexity(options, host);
  await printReport(host, renditionOfPerplexity(report), options);
  return { kind: report.status === 'incomplete' ? 'incomplete' : 'done' };
}
