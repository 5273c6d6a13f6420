import type { CommandModule } from 'yargs';
import type { ConfigSection } from '../options/config-file.ts';
import { type HumanevalOptions, parseHumanevalOptions } from '../app/humaneval/options.ts';
import { renditionOfDryRun } from '../report/humaneval/dry-run.ts';
import { renditionOfRun } from '../report/humaneval/rendition.ts';
import { dryRunHumaneval } from '../app/humaneval/dry-run.ts';
import type { Host, Outcome } from '../app/host.ts';
import { printReport } from '../app/report-output.ts';
import { flag, MODEL_FLAGS, RUN_GATE_FLAGS, SANDBOX_FLAGS, text, TEXT_FLAGS } from './flags.ts';
import { gateFinishedRun } from '../app/humaneval/gate-run.ts';
import { DECODE_FLAGS, LATENCY_FLAGS } from './matrix-flags.ts';
import { refuseImpossible } from '../app/humaneval/plan.ts';
import { runHumaneval } from '../app/humaneval/run.ts';

/** `evalkit humaneval`: generates, judges and reports. Its options are checked by our own schema. */
export function humanevalCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'humaneval',
    describe: 'Measure pass@1 on HumanEval and latency for each quantization and decoding mode',
    builder: (yargs) =>
      yargs
        .options({
          ...MODEL_FLAGS,
          'quantize-from': text(
            'Make every quantization here, from this one file (a .gguf or an item as above)',
          ),
          ...DECODE_FLAGS,
          ...LATENCY_FLAGS,
          tasks: text('Which tasks, as 0-9,HumanEval/17'),
          limit: text('Only the first N of the tasks', 'n'),
          prompt: text('How the model is asked: auto, raw or chat'),
          instruction: text('File with your own chat wording; {{prompt}} stands for the task'),
          system: text('System message for chat prompts'),
          'max-tokens': text('Token cap of an answer (default 512 raw, 1024 chat)'),
          threads: text('Threads to compute with', 't'),
          parallel: text('Sequences generated at once (default 16)', 'p'),
          'ctx-size': text('Tokens that a sequence can hold (default: what the prompts need)', 'c'),
          'batch-size': text('Most tokens evaluated in one pass (default 512)'),
          flash: text('Flash attention: on, off or auto'),
          'cache-type-k': text(
            'Types of the key cache; several are an axis of cells (default f16)',
          ),
          'cache-type-v': text('Types of the value cache, as above (default f16)'),
          'gpu-layers': text('Layers computed on a GPU (default 0)'),
          ...RUN_GATE_FLAGS,
          suite: text('The suite of tasks (default humaneval)'),
          data: text("HumanEval's file (also EVALKIT_DATA)"),
          perplexity: flag('Measure perplexity too (default: where its text is to be had)'),
          ...TEXT_FLAGS,
          out: text("The run's folder (default results/<name>-<plan>)", 'o'),
          'dry-run': flag('Print the plan and what it owes; fetch and run nothing'),
          fresh: flag('Start anew where a run exists'),
          offline: flag('Use only what is on this machine'),
          json: flag('Print report.json and nothing else on stdout'),
        })
        .options(SANDBOX_FLAGS)
        .example('$0 humaneval --model q8', 'one quantization of the default base')
        .example('$0 humaneval --model q8,q4_k_m --limit 20', 'two cells, 20 tasks')
        .example('$0 humaneval --model f16,q8 --decode greedy,lookup', 'four cells')
        .example('$0 humaneval --decode sample --k 1,10', "HumanEval's customary 20 samples"),
    handler: async (typed) => {
      const section = await host.section('humaneval', typed);
      finish(await humanevalCommandOutput(await readHumanevalOptions(typed, section), host));
    },
  };
}

async function plan(options: HumanevalOptions, host: Host): Promise<Outcome> {
  const dryRun = await dryRunHumaneval(options, host);
  await printReport(host, renditionOfDryRun(dryRun), { ...options, format: 'terminal' });
  return { kind: 'done' };
}

async function run(options: HumanevalOptions, host: Host): Promise<Outcome> {
  const { folder, ...of } = await runHumaneval(options, host);
  await printReport(host, renditionOfRun(of), { ...options, format: 'terminal' });
  if (of.report.status === 'incomplete') {
    return { kind: 'incomplete' };
  }
  return options.gate ? gateFinishedRun(folder, options, host) : { kind: 'done' };
}

/** The options of a humaneval section and flags, checked as far as it goes without a model. */
export async function readHumanevalOptions(
  typed: Readonly<Record<string, unknown>>,
  section: ConfigSection,
): Promise<HumanevalOptions> {
  const options = parseHumanevalOptions(typed, section);
  await refuseImpossible(options);
  return options;
}

/** Does what a run still owes, or with `--dry-run` plans it, and prints what came of it. */
export function humanevalCommandOutput(options: HumanevalOptions, host: Host): Promise<Outcome> {
  return options.dryRun ? plan(options, host) : run(options, host);
}
