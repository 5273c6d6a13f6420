import yargs from 'yargs';
import { FIRST_LOOK, GLOBAL_WORDS } from '../app/global-words.ts';
import type { Outcome, ProcessHost } from '../app/host.ts';
import { type Context, yargsCommand } from './command.ts';
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

/** Runs the words after `evalkit`. Throws a usage error for what they do not come to. */
export async function runWords(
  given: readonly string[],
  { host, version, columns = WIDEST }: Surroundings,
): Promise<Outcome> {
  let outcome: Outcome = { kind: 'done' };
  const finish = (ended: Outcome): void => {
    outcome = ended;
  };
  const words = withValues(withoutSeparator(given));
  if (words.some((word) => /^--[\w-]+=/.test(word))) {
    const { refuseSwitchValues } = await import('./word-errors.ts');
    await refuseSwitchValues(words, COMMANDS);
  }
  try {
    await parserOf({ words, host, finish, version, columns }).parseAsync();
  } catch (error) {
    throw error instanceof WordsProblem || (error instanceof Error && isOfWords(error))
      ? await (await import('./word-errors.ts')).wordsError(error.message, words, COMMANDS)
      : error;
  }
  return outcome;
}

/** The parser would not look at what stands behind `--`: it would be ignored without a word. */
function withoutSeparator(words: readonly string[]): string[] {
  return words.filter((word) => word !== '--');
}

/** The parser takes what begins with a dash for an option, also where a value is due: as `-5%`, `-.5`. */
function withValues(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    const [before = '', next = ''] = [words[index - 1], words[index + 1]];
    if (isNegative(word) && isLoneFlag(before)) {
      return [];
    }
    return isLoneFlag(word) && isNegative(next) ? [`${word}=${next}`] : [word];
  });
}

function isNegative(word: string): boolean {
  return /^-\.?\d/.test(word);
}

function isLoneFlag(word: string): boolean {
  return /^(?:--[\w-]+|-[A-Za-z])$/.test(word);
}

/** Some of what it finds wrong the parser throws itself. */
function isOfWords({ name, message }: Error): boolean {
  return name === 'YError' || message.startsWith('Not enough arguments following');
}

/** What the parser finds wrong with the words. */
class WordsProblem extends Error {}

function parserOf({
  version,
  columns,
  ...context
}: Context & { readonly version: string; readonly columns: number }) {
  const { config, debug } = GLOBAL_WORDS;
  return yargs([...context.words])
    .scriptName('evalkit')
    .usage('$0 <command> [options]')
    .command(COMMANDS.map((command) => yargsCommand(command, context)))
    .demandCommand(1)
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
      throw error ?? new WordsProblem(message);
    });
}

const GLOBAL_GROUP = 'Options:';
