import { z } from 'zod';
import { usageError } from '../records/error.ts';

/** A whole number above 0, as typed on a command line. */
export const positiveInteger = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'is no whole number above 0')
  .transform(Number);

/** A whole number from 0, as typed on a command line. */
export const wholeNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'is no whole number')
  .transform(Number);

/** Items joined by commas; the option may also be given several times. */
export const list = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((text) => text.split(',')))
  .transform((items) => items.map((item) => item.trim()))
  .refine((items) => items.every((item) => item !== ''), 'has an empty item');

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T) {
  return z.enum(words, { error: () => `is none of ${words.join(', ')}` });
}

/**
 * Checks options as typed against a schema whose fields are the options' names in camel case.
 * Throws a usage error that names the first bad option and its value.
 */
export function parseOptions<T>(schema: z.ZodType<T>, typed: Readonly<Record<string, unknown>>): T {
  const parsed = schema.safeParse(typed);
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const value = typed[name];
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (Array.isArray(value)) {
    throw usageError(`${flag} is given ${value.length} times (${value.join(', ')}); give it once`);
  }
  throw usageError(`${flag} ${String(value)}: ${issue?.message}; see --help`);
}
