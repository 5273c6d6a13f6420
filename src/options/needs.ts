import { type OptionMessage, usageError } from '../records/error.ts';
import { about, joined } from './message.ts';
import { flagName, type Need, type Option, type OptionSet } from './option.ts';

/** The options of a command, and where each comes from. */
export interface NeedsOptions {
  readonly set: OptionSet;
  /** With defaults in place. */
  readonly values: Readonly<Record<string, unknown>>;
  /** As they were typed, or stand in the config file. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Names of those that the user gave, on the command line or in the config file. */
  readonly said: ReadonlySet<string>;
  /** Names of those that the config file alone gave. */
  readonly configured: ReadonlySet<string>;
}

/**
 * Throws a usage error for the first option that was given and has no effect beside the others: a job that
 * forgot `--gate` would else ignore its limits for ever. What a config file says and a flag overrules is
 * no mistake.
 */
export function checkNeeds({ set, values, given, said, configured }: NeedsOptions): void {
  for (const option of Object.values(set)) {
    const { name } = option;
    if (!said.has(name) || isOff(values[name])) {
      continue;
    }
    for (const need of [option.needs ?? []].flat()) {
      const other = set[need.option];
      const isOverruled =
        configured.has(name) && said.has(need.option) && !configured.has(need.option);
      if (other !== undefined && !isOverruled && !isMet(need, values[need.option])) {
        throw usageError(refusal(option, { need, other, values: { ...values, ...given } }));
      }
    }
  }
}

function isOff(value: unknown): boolean {
  return value === undefined || value === false || (Array.isArray(value) && value.length === 0);
}

function isMet(need: Need, value: unknown): boolean {
  if (need.unset === true) {
    return isOff(value);
  }
  if (need.isNot !== undefined) {
    return value !== need.isNot;
  }
  const wanted = need.is;
  return wanted === undefined
    ? !isOff(value)
    : [value].flat().some((one) => wanted.includes(String(one)));
}

function refusal(
  option: Option,
  {
    need,
    other,
    values,
  }: {
    readonly need: Need;
    readonly other: Option;
    readonly values: Readonly<Record<string, unknown>>;
  },
): OptionMessage {
  const [given, beside] = [asTyped(option, values), asTyped(other, values)];
  const why = need.why === undefined ? '' : `, ${need.why}`;
  if (need.unset !== true && need.isNot === undefined && need.is === undefined) {
    return about`${given} has no use without ${other}${why}; add ${other}, or leave ${option} out`;
  }
  if (need.is !== undefined) {
    const wanted = need.is.map((value) => about`${other} ${value}`);
    return about`${given} has no use with ${beside}${why}; it takes ${joined(wanted, ' or ')}: add that, or leave ${option} out`;
  }
  return about`${given} has no use with ${beside}${why}; leave one of them out`;
}

/** An option as the user would have typed it: `--no-perplexity`, `--tokens 5`, `--gate`. */
function asTyped(option: Option, values: Readonly<Record<string, unknown>>): OptionMessage {
  const value = values[option.name];
  if (value === false) {
    return { text: `--no-${flagName(option.name).slice(2)}`, options: [option.name] };
  }
  return value === true || value === undefined
    ? about`${option}`
    : about`${option} ${[value].flat().map(String).join(',')}`;
}
