import { renderJson } from '../../report/formats/json.ts';
import { renderPerplexity } from '../../report/perplexity/document.ts';
import type { Host, Outcome } from '../host.ts';
import type { PerplexityOptions } from './options.ts';
import { runPerplexity } from './run.ts';

/** Scores a text and prints what came of it. */
export async function perplexity(options: PerplexityOptions, host: Host): Promise<Outcome> {
  const report = await runPerplexity(options, host);
  await host.print(options.json ? renderJson({ cells: report.cells }) : renderPerplexity(report));
  return { kind: report.status === 'incomplete' ? 'incomplete' : 'done' };
}
