import { renditionOfGatePlan } from '../../gate/rendition.ts';
import { renditionOfScoresGate } from '../../gate/scores-rendition.ts';
import { usageError } from '../../records/error.ts';
import { render } from '../../report/index.ts';
import type { Rendition } from '../../report/rendition.ts';
import type { Host, Outcome } from '../host.ts';
import { kindOfFolder } from '../kind-of-folder.ts';
import type { BaselineOptions } from './baseline-options.ts';
import type { GateOptions } from './options.ts';
import { gateOutcome } from './outcome.ts';
import { deliver, printReport } from '../report-output.ts';
import { askRules, loadRules } from './rules.ts';
import { runGatePlan } from './run.ts';
import { type Decided, decideRun } from './decide-run.ts';
import { runScoresGate } from './scores.ts';
import { writeBaseline } from './write-baseline.ts';

/** Decides on a run, or with `--plan` tells what could pass. */
export async function gate(options: GateOptions, host: Host): Promise<Outcome> {
  if (options.plan) {
    await printReport(host, renditionOfGatePlan(runGatePlan(options, host.cwd)), options);
    return { kind: 'done' };
  }
  const { run } = options;
  if (run === undefined) {
    throw usageError('no run to decide on; name its folder: evalkit gate RUN --baseline …');
  }
  const { decision, rendition } = await decide(run, options, host);
  await printGate(rendition, options, host);
  return gateOutcome(decision, options.allowInconclusive, host);
}

async function decide(run: string, options: GateOptions, host: Host): Promise<Decided> {
  const { cwd } = host;
  if (kindOfFolder(run, cwd) === 'perplexity') {
    const report = runScoresGate(run, options, cwd);
    return { decision: report, rendition: renditionOfScoresGate(report) };
  }
  const rules = await loadRules(options, host);
  const ruled = (facts: Parameters<typeof askRules>[1]) => askRules(rules, facts, host);
  return decideRun(run, options, { cwd, ruled });
}

/** Prints a decision in the format asked for, and writes it as JUnit XML where `--junit` names a file. */
async function printGate(rendition: Rendition, options: GateOptions, host: Host): Promise<void> {
  if (options.junit !== undefined) {
    await deliver(host, await render(rendition, 'junit'), options.junit);
  }
  await printReport(host, rendition, options);
}

/** Writes a baseline file and says so. */
export async function baselineWrite(options: BaselineOptions, host: Host): Promise<Outcome> {
  await host.print(await writeBaseline(options, host));
  return { kind: 'done' };
}
