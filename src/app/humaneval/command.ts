import { renditionOfDryRuns } from '../../report/suites/dry-runs.ts';
import type { Host, Outcome } from '../host.ts';
import { printReport, refuseUnprintable } from '../report-output.ts';
import { dryRunHumaneval } from './dry-run.ts';
import { gateFinishedRun } from './gate-run.ts';
import { nextStep } from './next-step.ts';
import { whereMore } from '../where-more.ts';
import type { HumanevalOptions } from './options.ts';
import { runHumaneval } from './run.ts';

/** Does what a run still lacks, or with `--dry-run` plans it, and prints what came of it. */
export async function humaneval(options: HumanevalOptions, host: Host): Promise<Outcome> {
  refuseUnprintable(host, options);
  if (options.dryRun) {
    const runs = await dryRunHumaneval(options, host);
    await printReport(host, renditionOfDryRuns(runs), options);
    return { kind: 'done' };
  }
  const measured = await runHumaneval(options, host);
  const { folder, rendition } = measured;
  const more = whereMore({ path: folder, cwd: host.cwd });
  await printReport(host, rendition, { ...options, more });
  if (!options.json && options.format === 'terminal' && !options.gate) {
    const text = nextStep(measured, { path: folder, cwd: host.cwd, only: options.only });
    host.progress({ kind: 'note', text });
  }
  if (measured.isUndone) {
    return { kind: 'incomplete' };
  }
  return options.gate ? gateFinishedRun(folder, options, host) : { kind: 'done' };
}
