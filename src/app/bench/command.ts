import { describeBench } from '../../report/bench/document.ts';
import { renderJson } from '../../report/formats/json.ts';
import { terminalText } from '../../report/formats/terminal.ts';
import type { Host, Outcome } from '../host.ts';
import type { BenchOptions } from './options.ts';
import { runBench } from './run.ts';

/** Runs the grid and prints what came of it. */
export async function bench(options: BenchOptions, host: Host): Promise<Outcome> {
  const result = await runBench(options, host);
  if (result.kind === 'dry-run') {
    await host.print(options.json ? `${JSON.stringify(result.plan, null, 2)}\n` : result.text);
    return { kind: 'done' };
  }
  const { report } = result;
  await host.print(options.json ? renderJson(report) : terminalText(describeBench(report)));
  return { kind: report.status === 'incomplete' ? 'incomplete' : 'done' };
}
