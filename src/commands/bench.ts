import type { CommandModule } from 'yargs';
import { type BenchOptions, parseBenchOptions } from '../options/bench-options.ts';
import { renditionOfBench, renditionOfBenchPlan } from '../report/bench/rendition.ts';
import { flag, FORMAT_FLAGS, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { printReport } from '../app/report-output.ts';
import { runBench } from '../app/bench/run.ts';

/** `evalkit bench`: times a grid of batch sizes, contexts, flash attention and cache types. */
export function benchCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'bench',
    describe: 'Time minibatches over a grid of batch sizes, contexts and flash attention',
    builder: (yargs) =>
      yargs
        .options({
          model: text('ITEM,…: as in humaneval', 'm'),
          base: text('What quantizations belong to', 'b'),
          batch: text('Prompts in a minibatch, as 1,2,4 (default 1)'),
          'ctx-size': text('Tokens of each prompt, as 512,2048 (default 512)', 'c'),
          flash: text('Flash attention: on, off or auto; on,off also gives the speed-up'),
          'cache-type-k': text('Types of the key cache (default f16)'),
          'cache-type-v': text('Types of the value cache (default f16)'),
          'new-tokens': text('Tokens generated for each prompt (default 32)'),
          tokens: text(
            "In place of minibatches: an answer of N tokens to HumanEval's first prompt",
          ),
          warmup: text('Minibatches before the timed ones (default 2)'),
          repeats: text('Timed minibatches (default 4)'),
          threads: text('Threads to compute with', 't'),
          'batch-size': text('Most tokens evaluated in one pass (default 512)'),
          'gpu-layers': text('Layers computed on a GPU (default 0)'),
          memory: text("Most memory of a cell's process, in MiB; over it the cell reads OOM"),
          'cell-timeout': text('Seconds; a cell that is estimated to take longer is skipped (600)'),
          data: text("HumanEval's file, for --tokens (also EVALKIT_DATA)"),
          out: text("The grid's folder (default results/bench-<name>-<plan>)", 'o'),
          fresh: flag('Start anew where a grid exists'),
          offline: flag('Use only what is on this machine'),
          'dry-run': flag('Print the grid with its estimated time and measure nothing'),
          ...FORMAT_FLAGS,
        })
        .example('$0 bench --model q8 --batch 1,2,4 --ctx-size 512,2048 --flash on,off', 'a grid')
        .example(
          '$0 bench --model f16,q4_k_m --tokens 200',
          'seconds for one answer of 200 tokens',
        ),
    handler: async (typed) => {
      const section = await host.section('bench', typed);
      finish(await benchCommandOutput(parseBenchOptions(typed, section), host));
    },
  };
}

/** Runs the grid and prints what came of it. */
export async function benchCommandOutput(options: BenchOptions, host: Host): Promise<Outcome> {
  const result = await runBench(options, host);
  if (result.kind === 'dry-run') {
    await printReport(host, renditionOfBenchPlan(result.estimate), options);
    return { kind: 'done' };
  }
  const { report } = result;
  await printReport(host, renditionOfBench(report), options);
  return { kind: report.status === 'incomplete' ? 'incomplete' : 'done' };
}
