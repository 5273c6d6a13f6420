import yargs from 'yargs';
import { GLOBAL_WORDS } from '../app/global-words.ts';
import type { Outcome, ProcessHost } from '../app/host.ts';
import { usageError } from '../records/error.ts';
import { yargsCommand } from './command.ts';
import { COMMANDS } from './index.ts';

/** What running a command line takes of the process. */
export interface Surroundings {
  /** Called for the command that runs; help and version need none. */
  readonly host: () => Promise<ProcessHost>;
  readonly version: string;
  /** The width of the terminal, where there is one. */
  readonly columns: number | undefined;
}

const WIDEST = 100;

/** What a newcomer does first: a minute of work each. */
const FIRST_LOOK = 'evalkit doctor, then evalkit humaneval --limit 5 --no-latency --no-perplexity';

/** Runs the words after `evalkit`. Throws a usage error for what they do not come to. */
export async function runWords(
  words: readonly string[],
  { host, version, columns = WIDEST }: Surroundings,
): Promise<Outcome> {
  let outcome: Outcome = { kind: 'done' };
  const finish = (ended: Outcome): void => {
    outcome = ended;
  };
  const { config, debug } = GLOBAL_WORDS;
  await yargs([...words])
    .scriptName('evalkit')
    .usage('$0 <command> [options]')
    .command(COMMANDS.map((command) => yargsCommand(command, { host, finish })))
    .demandCommand(1, `no command given; start with ${FIRST_LOOK}, or see evalkit --help`)
    .epilogue(
      `To begin: ${FIRST_LOOK}.\nEvery command has --help; docs/cli.md has them all on a page.`,
    )
    .strict()
    .recommendCommands()
    .option('config', {
      type: 'string',
      describe: config.help,
      defaultDescription: config.defaultText,
      requiresArg: true,
      group: GLOBAL_GROUP,
    })
    .option('debug', { type: 'boolean', describe: debug.help, group: GLOBAL_GROUP })
    .version(version)
    .alias({ help: 'h', version: 'V' })
    .wrap(Math.min(columns, WIDEST))
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      // Some of yargs' messages run over several lines.
      throw error ?? usageError(message.replace(/\s+/g, ' '));
    })
    .parseAsync();
  return outcome;
}

const GLOBAL_GROUP = 'Options:';
