import type { CommandModule } from 'yargs';
import { parsePullOptions } from '../options/pull-options.ts';
import { renderJson } from '../report/formats/json.ts';
import { renderModelFiles, renderModelList } from '../report/models.ts';
import { flag, text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { listModels } from '../app/models/list.ts';
import { pullModels } from '../app/models/pull.ts';

type Command = CommandModule<object, Record<string, unknown>>;
type Finish = (outcome: Outcome) => void;

/** `evalkit models`: what models are known and at hand, and getting more. */
export function modelsCommand(host: Host, finish: Finish): Command {
  return {
    command: 'models',
    describe: 'List the models that are known and cached, or fetch some',
    builder: (yargs) =>
      yargs
        .command(listCommand(host, finish))
        .command(pullCommand(host, finish))
        .strict()
        .recommendCommands(),
    handler: () => {
      // One of the two always runs: `list` is the default.
    },
  };
}

function listCommand(host: Host, finish: Finish): Command {
  return {
    command: ['list', '$0'],
    describe: 'What is known, what is cached and how big it is; connects to nothing',
    builder: (yargs) => yargs.options({ json: flag('Print the list as JSON') }),
    handler: async (typed) => {
      await host.readConfig(typed);
      const list = await listModels(host);
      await host.print(typed['json'] === true ? renderJson(list) : renderModelList(list));
      finish({ kind: 'done' });
    },
  };
}

function pullCommand(host: Host, finish: Finish): Command {
  return {
    command: 'pull <model..>',
    describe: 'Fetch models, or make them, as the other commands would',
    builder: (yargs) =>
      yargs
        .positional('model', {
          type: 'string',
          array: true,
          describe:
            'ITEM as in --model: q8, base:quant, hf:owner/repo:QUANT, hf:owner/repo/file.gguf',
        })
        .options({
          base: text(
            'What quantizations belong to: a catalogue name, a .gguf or hf:owner/repo',
            'b',
          ),
          offline: flag('Use only what is on this machine'),
          json: flag('Print path, sha256 and provenance as JSON and nothing else on stdout'),
        })
        .example('$0 models pull q8 q4_k_m', 'two quantizations of the default base'),
    handler: async (typed) => {
      await host.readConfig(typed);
      const files = await pullModels(parsePullOptions(typed), host);
      await host.print(typed['json'] === true ? renderJson(files) : renderModelFiles(files));
      finish({ kind: 'done' });
    },
  };
}
