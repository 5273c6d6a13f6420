import { renderJson } from '../../report/formats/json.ts';
import { renderTerminal } from '../../report/formats/terminal.ts';
import { renderDryRun } from '../../report/humaneval/dry-run.ts';
import type { Host, Outcome } from '../host.ts';
import { dryRunHumaneval } from './dry-run.ts';
import { gateFinishedRun } from './gate-run.ts';
import type { HumanevalOptions } from './options.ts';
import { runHumaneval } from './run.ts';

/** Does what a run still lacks, or with `--dry-run` plans it, and prints what came of it. */
export async function humaneval(options: HumanevalOptions, host: Host): Promise<Outcome> {
  if (options.dryRun) {
    const dryRun = await dryRunHumaneval(options, host);
    await host.print(options.json ? renderJson(dryRun) : renderDryRun(dryRun));
    return { kind: 'done' };
  }
  const { report, folder } = await runHumaneval(options, host);
  await host.print(options.json ? renderJson(report) : renderTerminal(report));
  if (report.status === 'incomplete') {
    return { kind: 'incomplete' };
  }
  return options.gate ? gateFinishedRun(folder, options, host) : { kind: 'done' };
}
