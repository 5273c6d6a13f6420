import type { CommandModule } from 'yargs';
import { parseHumanevalOptions } from '../config/humaneval-options.ts';
import { renderJson } from '../report/json.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { Host, Outcome } from './host.ts';
import { flag, SANDBOX_FLAGS, text, TEXT_FLAGS } from './flags.ts';
import { runHumaneval } from './run-humaneval.ts';

/** `evalkit humaneval`: generates, judges and reports. Its options are checked by our own schema. */
export function humanevalCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'humaneval',
    describe: 'Measure pass@1 on HumanEval for each quantization of a model',
    builder: (yargs) =>
      yargs
        .options({
          model: text(
            'ITEM,…: a quantization (q8, q4_k_m, f16), a .gguf, base:quant or hf:owner/repo:QUANT',
            'm',
          ),
          base: text(
            'What quantizations belong to: a catalogue name, a .gguf or a hub repository',
            'b',
          ),
          decode: text('How tokens are chosen: greedy'),
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
          'cache-type-k': text('Type of the key cache (default f16)'),
          'cache-type-v': text('Type of the value cache (default f16)'),
          'gpu-layers': text('Layers computed on a GPU (default 0)'),
          data: text("HumanEval's file (also EVALKIT_DATA)"),
          perplexity: flag('Measure perplexity too (default: where its text is to be had)'),
          ...TEXT_FLAGS,
          out: text("The run's folder (default results/<name>-<plan>)", 'o'),
          fresh: flag('Start anew where a run exists'),
          offline: flag('Use only what is on this machine'),
          json: flag('Print report.json and nothing else on stdout'),
        })
        .options(SANDBOX_FLAGS)
        .example('$0 humaneval --model q8', 'one quantization of the default base')
        .example('$0 humaneval --model q8,q4_k_m --limit 20', 'two cells, 20 tasks'),
    handler: async (typed) => {
      const options = parseHumanevalOptions(typed, await host.section('humaneval', typed));
      const report = await runHumaneval(options, host);
      await host.print(options.json ? renderJson(report) : renderTerminal(report));
      finish({ kind: report.status === 'incomplete' ? 'incomplete' : 'done' });
    },
  };
}
