import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { usageError } from '../records/error.ts';
import type { ConfigSection } from './config-file.ts';
import { flagName } from './flag-name.ts';

/** Stands for a command that no config file speaks of. */
const NO_SECTION: ConfigSection = { values: {}, where: (option) => option };

/** A whole number above 0, as typed on a command line. */
export const positiveInteger = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'is no whole number above 0')
  .meta(orInteger(1))
  .transform(Number);

/** A whole number from 1 to `most`; `why` says what sets the bound. */
export function integerUpTo(most: number, why: string) {
  return z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'is no whole number above 0')
    .meta({ ...orInteger(1), maximum: most })
    .transform(Number)
    .refine((value) => value <= most, `is more than ${most}, ${why}`);
}

/** Sequences evaluated at once; the bound is llama.cpp's (`LLAMA_MAX_SEQ`). */
export const sequences = integerUpTo(256, 'which is what llama.cpp evaluates at once at most');

/** A whole number from 0, as typed on a command line. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'is no whole number')
  .meta(orInteger(0))
  .transform(Number);

/** Items joined by commas; the option may also be given several times. */
export const list = z
  .union([z.string(), z.array(z.string().meta({ type: ['string', 'number'] }))])
  .transform((given) => [given].flat().flatMap((text) => text.split(',')))
  .transform((items) => items.map((item) => item.trim()))
  .refine((items) => items.every((item) => item !== ''), 'has an empty item');

/** Texts that may hold anything, commas too; the option may be given several times. */
export const texts = z
  .union([z.string().min(1), z.array(z.string().min(1))])
  .transform((given) => [given].flat());

/** Rows of a table that cannot be filled, each with its reason; from a config file alone. */
export const notRunRows = z
  .array(z.object({ id: z.string().min(1), reason: z.string().min(1) }), {
    error: 'is no list of rows with id and reason',
  })
  .default([]);

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: () => `is none of ${words.join(', ')}` });
}

/**
 * Checks a command's options against a schema whose fields are the options' names in camel case:
 * the flags as typed, and beneath them the command's section of the config file. Throws a usage
 * error that names the first bad option, where it comes from, and its value.
 */
export function parseOptions<T>(
  schema: z.ZodType<T>,
  typed: Readonly<Record<string, unknown>>,
  section: ConfigSection = NO_SECTION,
): T {
  refuseUnknown(schema, section);
  const given = withSection(typed, section);
  const parsed = schema.safeParse(given);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const value = given[name];
  if (typed[name] === undefined && section.values[name] !== undefined) {
    throw usageError(
      `${section.where(name)} ${textOf(value)}: ${issue?.message}; see docs/config.md`,
    );
  }
  if (value === undefined) {
    throw usageError(`${flagName(name)} is missing; see --help`);
  }
  // What a list's own check says, it says of all its items.
  if (Array.isArray(value) && issue?.code !== 'custom') {
    throw usageError(
      `${flagName(name)} is given ${value.length} times (${value.join(', ')}); give it once`,
    );
  }
  throw usageError(
    `${flagName(name)} ${Array.isArray(value) ? value.join(',') : textOf(value)}: ${issue?.message}; see --help`,
  );
}

/** Defaults are the schema's, the file goes before them, and flags go before the file. */
function withSection(
  typed: Readonly<Record<string, unknown>>,
  section: ConfigSection,
): Readonly<Record<string, unknown>> {
  const flags = Object.entries(typed).filter(([, value]) => value !== undefined);
  return { ...section.values, ...Object.fromEntries(flags) };
}

function refuseUnknown(schema: z.ZodType, section: ConfigSection): void {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const known = Object.keys(properties);
  const unknown = Object.keys(section.values).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw usageError(
      `${section.where(unknown)}: no option is called ${unknown}; nearest: ${closest(unknown, known)}`,
    );
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** In a config file, and so for editors, a number may also stand as a number. */
function orInteger(minimum: number) {
  return { type: ['integer', 'string'], minimum } as const;
}
