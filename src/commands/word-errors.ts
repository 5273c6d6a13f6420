import { FIRST_LOOK } from '../app/global-words.ts';
import { flagName, isSwitch, labelOf, type Option } from '../options/option.ts';
import { type EvalkitError, usageError } from '../records/error.ts';
import { visibleText } from '../records/visible-text.ts';
import { nearestNames } from '../models/nearest-names.ts';
import type { Command, Family } from './command.ts';

/** Flags that every command has. */
const EVERYWHERE = ['--config', '--no-config', '--debug', '--help', '--version'];

/**
 * What is wrong with the words of a command line, in our words: the parser's message says what, the words
 * say where. `made`: every command.
 */
export async function wordsError(
  message: string,
  words: readonly string[],
  made: readonly (Command | Family)[],
): Promise<EvalkitError> {
  const called = words.filter((word) => !word.startsWith('-'));
  const found = familyOf(called[0], made);
  if (found === undefined) {
    return called[0] === undefined
      ? usageError(`no command given; start with ${FIRST_LOOK}, or see evalkit --help`)
      : unknownCommand(
          called[0],
          made.map(({ name }) => name.split(' ')[0] ?? name),
          'evalkit',
        );
  }
  const command = commandOf(found, called[1]);
  if (command === undefined) {
    const names =
      'commands' in found ? found.commands.map(({ name }) => name.split(' ')[1] ?? name) : [];
    return called[1] === undefined
      ? usageError(`evalkit ${found.name}: name one of its commands: ${names.join(', ')}`)
      : unknownCommand(called[1], names, `evalkit ${found.name}`);
  }
  return commandError(message, words, { command, options: await command.options() });
}

/** The first word of a command, or of a family's name. */
function familyOf(
  word: string | undefined,
  made: readonly (Command | Family)[],
): Command | Family | undefined {
  return made.find(({ name }) => name.split(' ')[0] === word);
}

/** The command that the words call; `undefined` where they call none. */
function calledOf(
  words: readonly string[],
  made: readonly (Command | Family)[],
): Command | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  const found = familyOf(first, made);
  return found && commandOf(found, second);
}

function commandOf(found: Command | Family, word: string | undefined): Command | undefined {
  if (!('commands' in found)) {
    return found;
  }
  return (
    found.commands.find(({ name }) => name.split(' ')[1] === word) ??
    (word === undefined ? found.byDefault : undefined)
  );
}

function unknownCommand(word: string, names: readonly string[], of: string): EvalkitError {
  const [nearest = ''] = nearestNames(word, names);
  return usageError(`${of} has no command ${word}; nearest: ${nearest} (see ${of} --help)`);
}

function commandError(
  message: string,
  words: readonly string[],
  { command, options }: { readonly command: Command; readonly options: readonly Option[] },
): EvalkitError {
  const { name, positionals } = command;
  const help = `see evalkit ${name} --help`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) {
    return unknownWord(unknown, words, { name, options });
  }
  if (message.startsWith('Not enough non-option arguments')) {
    const missing = options.filter(({ positional, required }) => positional === true && required);
    return usageError(
      `evalkit ${name} lacks ${missing.map(labelOf).join(' and ')}: evalkit ${name} ${positionals}; ${help}`,
    );
  }
  const lacking = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  return lacking === undefined
    ? usageError(`${message.replace(/\s+/g, ' ')}; ${help}`)
    : usageError(`${flagName(lacking)} has no value; ${help}`);
}

function unknownWord(
  unknown: string,
  words: readonly string[],
  { name, options }: { readonly name: string; readonly options: readonly Option[] },
): EvalkitError {
  const typed = words.find(
    (word) => word.startsWith('-') && word.replace(/^-+(?:no-)?/, '').split('=')[0] === unknown,
  );
  const isFlag = typed !== undefined || (unknown.length === 1 && !words.includes(unknown));
  if (!isFlag) {
    return usageError(
      `evalkit ${name} has no use for the word ${visibleText(unknown)}; a list takes commas and no blanks (see evalkit ${name} --help)`,
    );
  }
  const flag = typed?.split('=')[0] ?? `-${unknown}`;
  const [nearest = ''] = nearestNames(flag, [...flagsOf(options), ...EVERYWHERE]);
  return usageError(`evalkit ${name} has no option ${flag}; nearest: ${nearest}`);
}

/** Those that the command line takes; of a switch that is on, the one that turns it off. */
function flagsOf(options: readonly Option[]): string[] {
  return options
    .filter(({ positional, configOnly }) => positional !== true && configOnly !== true)
    .map((option) =>
      isSwitch(option) && option.default === true
        ? `--no-${flagName(option.name).slice(2)}`
        : flagName(option.name),
    );
}

/**
 * Throws a usage error for a switch with a value that is neither true nor false: the parser reads any
 * other as false, and `--gate=yes` would decide nothing.
 */
export async function refuseSwitchValues(
  words: readonly string[],
  made: readonly (Command | Family)[],
): Promise<void> {
  const assigned = words.flatMap((word) => {
    const [, flag, value] = /^--([\w-]+)=(.*)$/s.exec(word) ?? [];
    return flag === undefined || value === undefined ? [] : [{ flag: `--${flag}`, value }];
  });
  const command = assigned.length === 0 ? undefined : calledOf(words, made);
  const switches = ((await command?.options()) ?? [])
    .filter(isSwitch)
    .map(({ name }) => flagName(name));
  const wrong = assigned.find(
    ({ flag, value }) =>
      switches.includes(flag.replace(/^--no-/, '--')) && !/^(?:true|false)$/.test(value),
  );
  if (wrong !== undefined) {
    const { flag, value } = wrong;
    throw usageError(
      `${flag} is a switch and takes no value, and ${visibleText(value) || 'nothing'} is given: write ${flag} alone, or leave it out`,
    );
  }
}
