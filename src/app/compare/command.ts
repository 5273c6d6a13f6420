import { renderJson } from '../../report/formats/json.ts';
import { markdownText } from '../../report/formats/markdown.ts';
import { terminalText } from '../../report/formats/terminal.ts';
import { describeComparisons } from '../../report/compare/document.ts';
import type { Host, Outcome } from '../host.ts';
import type { CompareOptions } from './options.ts';
import { runCompare } from './run.ts';

/** Compares, and prints what changed. */
export async function compare(options: CompareOptions, host: Host): Promise<Outcome> {
  const report = runCompare(options, host.cwd);
  const format = options.json ? 'json' : options.format;
  const render = format === 'md' ? markdownText : terminalText;
  await host.print(format === 'json' ? renderJson(report) : render(describeComparisons(report)));
  return { kind: 'done' };
}
