import type { CommandModule } from 'yargs';
import { parseGateOptions } from '../config/gate-options.ts';
import { usageError } from '../records/error.ts';
import { describeGate, describeGatePlan } from '../report/gate-document.ts';
import { renderJson } from '../report/json.ts';
import { markdownText } from '../report/markdown.ts';
import { terminalText } from '../report/terminal.ts';
import { flag, GATE_FLAGS, text } from './flags.ts';
import { gateOutcome } from './gate-outcome.ts';
import type { Host, Outcome } from './host.ts';
import { runGate, runGatePlan } from './run-gate.ts';

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
          format: text('How to print it: terminal, md or json'),
          json: flag('The same as --format json'),
        })
        .example('$0 gate results/run --baseline baseline.json', 'against a committed baseline')
        .example('$0 gate --plan --max-drop 3pp', 'what 164 tasks could show of 3 points'),
    handler: async (typed) => {
      const options = parseGateOptions(typed, await host.section('gate', typed));
      const isJson = options.json || options.format === 'json';
      const render = options.format === 'md' ? markdownText : terminalText;
      if (options.plan) {
        const plan = runGatePlan(options, host.cwd);
        await host.print(
          isJson
            ? `${JSON.stringify(plan, null, 2)}\n`
            : render(describeGatePlan(plan.rows, plan.limits, plan.tasks)),
        );
        finish({ kind: 'done' });
        return;
      }
      if (options.run === undefined) {
        throw usageError('no run to decide on; name its folder: evalkit gate RUN --baseline …');
      }
      const report = await runGate(options.run, options, {
        cwd: host.cwd,
        ruled: () => Promise.resolve([]),
      });
      await host.print(isJson ? renderJson(report) : render(describeGate(report)));
      finish(gateOutcome(report.verdict, options.allowInconclusive, host));
    },
  };
}
