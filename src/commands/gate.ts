import type { CommandModule } from 'yargs';
import { parseGateOptions } from '../app/gate/options.ts';
import { renditionOfGatePlan } from '../gate/rendition.ts';
import { usageError } from '../records/error.ts';
import { flag, FORMAT_FLAGS, GATE_FLAGS, text } from './flags.ts';
import { gateOutcome } from '../app/gate/outcome.ts';
import { deliverGate } from '../app/gate/output.ts';
import type { Host, Outcome } from '../app/host.ts';
import { printReport } from '../app/report-output.ts';
import { askRules, loadRules } from '../app/gate/rules.ts';
import { runGate, runGatePlan } from '../app/gate/run.ts';

/** `evalkit gate RUN`: decides on a run's cells against a baseline, from records alone. */
export function gateCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'gate [run]',
    describe: 'Decide whether a run is good enough: pass, fail or inconclusive',
    builder: (yargs) =>
      yargs
        .positional('run', { type: 'string', describe: 'RUN or RUN#cell' })
        .options({
          ...GATE_FLAGS,
          plan: flag('Only tell which flips would pass'),
          tasks: text('Tasks that --plan reckons with where there is no baseline (default 164)'),
          rule: text('An expression that must be true of every candidate; may be repeated'),
          rules: text('A file whose exported functions must; may be repeated'),
          ...FORMAT_FLAGS,
          junit: text('Write it to this file as JUnit XML, too'),
        })
        .example('$0 gate results/run --baseline baseline.json', 'against a committed baseline')
        .example('$0 gate --plan --max-drop 3pp', 'what 164 tasks could show of 3 points'),
    handler: async (typed) => {
      const options = parseGateOptions(typed, await host.section('gate', typed));
      if (options.plan) {
        const plan = runGatePlan(options, host.cwd);
        await printReport(host, renditionOfGatePlan(plan), options);
        finish({ kind: 'done' });
        return;
      }
      const { run } = options;
      if (run === undefined) {
        throw usageError('no run to decide on; name its folder: evalkit gate RUN --baseline …');
      }
      const rules = await loadRules(options, host);
      const report = await runGate(run, options, {
        cwd: host.cwd,
        ruled: (reference, candidates) => askRules(rules, { run, reference, candidates }, host),
      });
      await deliverGate(host, report, options);
      finish(gateOutcome(report.verdict, options.allowInconclusive, host));
    },
  };
}
