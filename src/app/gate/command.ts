import { markdownText } from '../../report/formats/markdown.ts';
import { terminalText } from '../../report/formats/terminal.ts';
import { describeGate, describeGatePlan } from '../../gate/document.ts';
import { usageError } from '../../records/error.ts';
import type { Host, Outcome } from '../host.ts';
import type { BaselineOptions } from './baseline-options.ts';
import type { GateOptions } from './options.ts';
import { gateOutcome } from './outcome.ts';
import { deliverGate } from './output.ts';
import { askRules, loadRules } from './rules.ts';
import { runGate, runGatePlan } from './run.ts';
import { writeBaseline } from './write-baseline.ts';

/** Decides on a run, or with `--plan` tells what could pass. */
export async function gate(options: GateOptions, host: Host): Promise<Outcome> {
  if (options.plan) {
    await printPlan(options, host);
    return { kind: 'done' };
  }
  const { run, json, output, junit } = options;
  if (run === undefined) {
    throw usageError('no run to decide on; name its folder: evalkit gate RUN --baseline …');
  }
  const rules = await loadRules(options, host);
  const report = await runGate(run, options, {
    cwd: host.cwd,
    ruled: (reference, candidates) => askRules(rules, { run, reference, candidates }, host),
  });
  const decision = { report, document: describeGate(report) };
  await deliverGate(host, decision, { format: json ? 'json' : options.format, output, junit });
  return gateOutcome(report.verdict, options.allowInconclusive, host);
}

/** Writes a baseline file and says so. */
export async function baselineWrite(options: BaselineOptions, host: Host): Promise<Outcome> {
  await host.print(await writeBaseline(options, host));
  return { kind: 'done' };
}

async function printPlan(options: GateOptions, host: Host): Promise<void> {
  const plan = runGatePlan(options, host.cwd);
  if (options.json || options.format === 'json') {
    await host.print(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const render = options.format === 'md' ? markdownText : terminalText;
  await host.print(render(describeGatePlan(plan.rows, plan.limits, plan.tasks)));
}
