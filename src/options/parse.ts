import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { type EvalkitError, usageError } from '../records/error.ts';
import { issueWords } from '../records/issue-words.ts';
import { visibleText } from '../records/visible-text.ts';
import { type ConfigSection, NO_SECTION } from './config-section.ts';
import { checkNeeds } from './needs.ts';
import { about, located, type Origins } from './message.ts';
import type { Option, Options, OptionSet } from './option.ts';

/** What a command takes, and what must hold between its options. */
export interface CommandOptions<S extends OptionSet = OptionSet> {
  readonly options: S;
  /** What a config file says to it: a section of its own, or its models alone; absent: nothing. */
  readonly config?: 'section' | 'models';
  /**
   * Throws a usage error for options that are each right and impossible together. `said` names those
   * that the user gave, whatever they may be by default.
   */
  check?(this: void, options: Given<S>, said: ReadonlySet<string>): void;
}

/** A command's options, checked, with defaults in place. */
export type Given<S extends OptionSet> = Options<S> & { readonly origins: Origins };

/** What the options of a command come to. */
export type OptionsOf<C extends CommandOptions> = Given<C['options']>;

/** Options as yargs gives them: by name, texts and booleans. */
export type Typed = Readonly<Record<string, unknown>>;

/** Says what a command takes. */
export function commandOptions<S extends OptionSet>(command: CommandOptions<S>): CommandOptions<S> {
  return command;
}

/**
 * Checks a command's options: the flags as typed, beneath them the command's section of the config
 * file, beneath that the defaults. Throws a usage error that names the first bad option, where it
 * comes from, and its value.
 */
export function parseOptions<S extends OptionSet>(
  { options: set, check }: CommandOptions<S>,
  typed: Typed,
  section: ConfigSection = NO_SECTION,
): Given<S> {
  refuseUnknown(set, section);
  const flags = Object.entries(typed).filter(([, value]) => value !== undefined);
  const given: Typed = { ...section.values, ...Object.fromEntries(flags) };
  const origins = new Map(
    Object.keys(section.values)
      .filter((name) => typed[name] === undefined)
      .map((name) => [name, section.where(name)]),
  );
  const parsed = schemaOf(set).safeParse(given);
  if (!parsed.success) {
    throw badOption(parsed.error.issues[0], { set, given, origins });
  }
  // The schema is made from the same declarations as the type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const options = parsed.data as Options<S>;
  const said = new Set(Object.keys(given));
  try {
    checkNeeds({ set, values: parsed.data, given, said, configured: new Set(origins.keys()) });
    check?.({ ...options, origins }, said);
  } catch (error) {
    throw located(error, origins);
  }
  return { ...options, origins };
}

function schemaOf(set: OptionSet): z.ZodObject {
  return z.object(
    Object.fromEntries(Object.entries(set).map(([name, option]) => [name, fieldOf(option)])),
  );
}

function fieldOf(option: Option): z.ZodType {
  if (option.default !== undefined) {
    return option.type.default(option.default);
  }
  return option.required === true ? option.type : option.type.optional();
}

function badOption(
  issue: z.core.$ZodIssue | undefined,
  from: { readonly set: OptionSet; readonly given: Typed; readonly origins: Origins },
): EvalkitError {
  const [name = '', item] = issue?.path.map(String) ?? [];
  const { given, origins, set } = from;
  const option = set[name] ?? { name };
  const value = given[name];
  const place = origins.get(name);
  const isOneOfSeveral = item !== undefined && textOf(value).includes(',');
  const problem = `${isOneOfSeveral ? `value ${Number(item) + 1} ` : ''}${issueWords(issue)}`;
  if (place !== undefined) {
    return usageError(`${place} ${textOf(value)}: ${problem}; see docs/config.md`);
  }
  if (value === undefined) {
    return usageError(about`${option} is missing; see --help`);
  }
  // What a list's own check says, it says of all its values.
  if (Array.isArray(value) && item === undefined && issue?.code !== 'custom') {
    return usageError(
      about`${option} is given ${value.length} times (${value.join(', ')}); give it once`,
    );
  }
  if ([value].flat().every((one) => one === '')) {
    return usageError(about`${option} has no value: it ${problem}; see --help`);
  }
  return usageError(about`${option} ${textOf(value)}: ${problem}; see --help`);
}

function refuseUnknown(set: OptionSet, section: ConfigSection): void {
  const known = Object.keys(set);
  const unknown = Object.keys(section.values).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw usageError(
      `${section.where(unknown)}: no option is called ${unknown}; nearest: ${closest(unknown, known)}`,
    );
  }
}

function textOf(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    return value.join(',');
  }
  // Blanks at the ends would not be seen.
  return typeof value === 'string' && value !== '' && value === value.trim()
    ? visibleText(value)
    : JSON.stringify(value);
}
