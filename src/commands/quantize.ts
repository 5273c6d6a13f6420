import type { CommandModule } from 'yargs';
import { parseQuantizeOptions } from '../options/quantize-options.ts';
import { renderJson } from '../report/formats/json.ts';
import { renderModelFiles } from '../report/models.ts';
import { flag, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { runQuantize } from '../app/models/quantize.ts';

/** `evalkit quantize`: makes quantizations of one model, to measure or to ship. */
export function quantizeCommand(
  host: Host,
  finish: (outcome: Outcome) => void,
): CommandModule<object, Record<string, unknown>> {
  return {
    command: 'quantize',
    describe: 'Make quantizations of a model with llama.cpp',
    builder: (yargs) =>
      yargs
        .options({
          model: text('Quantizations to make, as q4_0,q5_k_m,q2_k: every type of llama.cpp', 'm'),
          base: text('The model: a catalogue name, a .gguf or hf:owner/repo', 'b'),
          'quantize-from': text(
            'The file to make them from: a .gguf, base:quant or an hf: item (default: the base nearest to the original weights)',
          ),
          imatrix: text("Importance matrix of llama.cpp's llama-imatrix (.gguf or .dat)"),
          out: text('Folder for the files (default: they stay in the cache)', 'o'),
          threads: text('Threads to compute with', 't'),
          offline: flag('Use only what is on this machine'),
          json: flag('Print path, sha256 and provenance as JSON and nothing else on stdout'),
        })
        .example('$0 quantize --model q4_0,q2_k --quantize-from f16.gguf --out models', ''),
    handler: async (typed) => {
      const options = parseQuantizeOptions(typed, await host.section('quantize', typed));
      const files = await runQuantize(options, host);
      await host.print(options.json ? renderJson(files) : renderModelFiles(files));
      finish({ kind: 'done' });
    },
  };
}
