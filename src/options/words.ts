import { z } from 'zod';
import { flagName, isSwitch, type Option } from './option.ts';

type Schema = z.core.JSONSchema._JSONSchema;

/** The values an option takes, in words: `integer from 1`, `on, off or auto`, `list of text`. */
export function typeWords(option: Option): string {
  return isSwitch(option) ? 'switch' : words(inputSchema(option));
}

/** What holds where the user says nothing; `undefined`: nothing in particular. */
export function defaultWords(option: Option): string | undefined {
  const { default: value, defaultText } = option;
  if (defaultText !== undefined) {
    return defaultText;
  }
  if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) {
    return undefined;
  }
  const values: readonly unknown[] = [value].flat();
  return value === true
    ? 'on'
    : values.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(',');
}

/** An option's help and what its declaration says already: the words it takes, how to turn it off. */
export function helpText(option: Option): string {
  const [choices] = choicesIn(inputSchema(option));
  if (choices !== undefined) {
    return `${option.help} (${typeWords(option)})`;
  }
  return option.default === true
    ? `${option.help} (${flagName(option.name).replace('--', '--no-')} turns it off)`
    : option.help;
}

/** Whether an option takes several values. */
export function isList(option: Option): boolean {
  return typeWords(option).startsWith('list of ');
}

function inputSchema({ type }: Option): Schema {
  return z.toJSONSchema(type, { io: 'input', target: 'draft-7' });
}

function words(schema: Schema): string {
  if (typeof schema === 'boolean') {
    return 'anything';
  }
  const { anyOf, enum: choices } = schema;
  if (anyOf !== undefined) {
    const list = anyOf.find((one) => typeof one !== 'boolean' && one.type === 'array');
    return list === undefined ? anyOf.map(words).join(' or ') : words(list);
  }
  if (choices !== undefined) {
    return `${choices.slice(0, -1).join(', ')} or ${String(choices.at(-1))}`;
  }
  if (schema.type === 'array') {
    return `list of ${[schema.items ?? true].flat().map(words).join(', ')}`;
  }
  return schema.const === undefined ? scalarWords(schema) : String(schema.const);
}

function scalarWords({ type, minimum, maximum }: Exclude<Schema, boolean>): string {
  const types: readonly unknown[] = [type].flat();
  if (types.includes('integer')) {
    return `integer from ${minimum}${maximum === undefined ? '' : ` to ${maximum}`}`;
  }
  return types[0] === 'number' ? 'number' : 'text';
}

function choicesIn(schema: Schema): readonly unknown[] {
  if (typeof schema === 'boolean') {
    return [];
  }
  const items = [schema.items ?? [], schema.anyOf ?? []].flat(2);
  return [...(schema.enum ?? []), ...items.flatMap(choicesIn)];
}
