import type { CommandModule } from 'yargs';
import { parseBaselineOptions } from '../app/gate/baseline-options.ts';
import { limitFlags } from '../limits/index.ts';
import { text } from './flags.ts';
import type { Host, Outcome } from '../app/host.ts';
import { writeBaseline } from '../app/gate/write-baseline.ts';

type Command = CommandModule<object, Record<string, unknown>>;
type Finish = (outcome: Outcome) => void;

/** `evalkit baseline`: what later gates hold candidates against. */
export function baselineCommand(host: Host, finish: Finish): Command {
  return {
    command: 'baseline',
    describe: 'Keep the verdicts of a run in a small file for later gates',
    builder: (yargs) =>
      yargs
        .command(writeCommand(host, finish))
        .demandCommand(1, 'no subcommand given; see evalkit baseline --help')
        .strict()
        .recommendCommands(),
    handler: () => {
      // A subcommand is demanded.
    },
  };
}

function writeCommand(host: Host, finish: Finish): Command {
  return {
    command: 'write <run>',
    describe: 'Write the baseline file of a complete run, with the limits for later gates',
    builder: (yargs) =>
      yargs
        .positional('run', {
          type: 'string',
          describe: 'RUN or RUN#cell; of a run without a cell its reference cell',
        })
        .options({
          out: text('The file (default baseline.json); limits of one that is there stay', 'o'),
          ...limitFlags,
        })
        .example('$0 baseline write results/run --max-drop 5pp', 'for evalkit gate --baseline'),
    handler: async (typed) => {
      await host.print(await writeBaseline(parseBaselineOptions(typed), host));
      finish({ kind: 'done' });
    },
  };
}
