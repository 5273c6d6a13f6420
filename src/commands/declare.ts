import type { Argv, Options as YargsOption } from 'yargs';
import { flagName, isSwitch, type Option } from '../options/option.ts';
import type { Typed } from '../options/parse.ts';
import { defaultWords, helpText } from '../options/words.ts';
import type { Command } from './command.ts';

/** yargs makes an empty text of a lone dash, which stands for stdin; an empty word stays what it is. */
export function withDash(
  typed: Typed,
  options: readonly Option[],
  words: readonly string[],
): Typed {
  if (!words.includes('-')) {
    return typed;
  }
  const dashes = options
    .filter(({ name, positional }) => positional === true && typed[name] === '')
    .map(({ name }) => [name, '-']);
  return { ...typed, ...Object.fromEntries(dashes) };
}

/** Declares a command's options and examples to yargs. */
export function declareAll<T>(
  { name, examples }: Command,
  options: readonly Option[],
  yargs: Argv<T>,
): Argv<T> {
  for (const option of options) {
    declare(option, yargs);
  }
  for (const [words, purpose] of examples) {
    yargs.example(`$0 ${name} ${words}`, purpose);
  }
  return yargs;
}

function declare(option: Option, yargs: Argv<unknown>): void {
  if (option.positional === true) {
    yargs.positional(option.name, { type: 'string', describe: option.help });
  } else if (option.configOnly !== true) {
    yargs.option(flagName(option.name).slice(2), yargsOption(option));
  }
}

/** What yargs needs of an option. */
function yargsOption(option: Option): YargsOption {
  const { alias, group } = option;
  const defaultDescription = defaultWords(option);
  return {
    type: isSwitch(option) ? 'boolean' : 'string',
    describe: helpText(option),
    group: `${group}:`,
    ...(alias === undefined ? {} : { alias }),
    ...(defaultDescription === undefined ? {} : { defaultDescription }),
  };
}
