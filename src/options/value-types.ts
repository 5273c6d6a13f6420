import { z } from 'zod';

type JsonSchema = Record<string, unknown>;

const POSITIVE_INTEGER = 'must be a positive integer';
const WHOLE_NUMBER = 'must be an integer, 0 or more';
const POSITIVE_NUMBER = 'must be a number above 0, as 0.2';

/** An option that is given or not, and takes no value. */
export const flag = z.boolean({ error: 'must be true or false' });

/** A text that says something. */
export const text = z.string({ error: 'must be text' }).min(1, 'must not be empty');

/** Where a server answers; who may ask stands in no address, which shells and logs keep. */
export const webAddress = z
  .string({ error: 'must be an address, as http://127.0.0.1:5000' })
  .refine(
    (value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''),
    'must be an address, as http://127.0.0.1:5000',
  )
  .refine(
    (value) => (URL.parse(value)?.username ?? '') === '',
    'must hold no user and password; give them in the environment',
  );

/** Where nothing else bounds an integer. */
const MOST = 999_999_999;

/** Bounds of an integer, each with what sets it where that is not plain. */
export interface IntegerBounds {
  readonly most: number;
  readonly why: string;
  readonly least?: number;
  readonly whyLeast?: string;
}

/** An integer above 0. */
export const positiveInteger = z
  .string({ error: POSITIVE_INTEGER })
  .regex(/^[1-9]\d*$/, POSITIVE_INTEGER)
  .meta(orNumber({ type: 'integer', minimum: 1 }))
  .transform(Number)
  .refine((value) => value <= MOST, `must be at most ${MOST}`);

/** An integer from 1 to `most`; `why` says what sets the bound. */
export function integerUpTo(most: number, why: string) {
  return integerWithin({ most, why });
}

/** An integer above 0 within bounds. */
export function integerWithin({ least = 1, whyLeast = '', most, why }: IntegerBounds) {
  return z
    .string({ error: POSITIVE_INTEGER })
    .regex(/^[1-9]\d*$/, POSITIVE_INTEGER)
    .meta(orNumber({ type: 'integer', minimum: least, maximum: most }))
    .transform(Number)
    .refine((value) => value >= least, `must be at least ${least}, ${whyLeast}`)
    .refine((value) => value <= most, `must be at most ${most}, ${why}`);
}

/** An integer above 0 whose greatest value this machine sets, which help and schema do not know. */
export function integerUpToHere(most: () => number, why: string) {
  return positiveInteger.refine((value) => value <= most(), {
    error: () => `must be at most ${most()}, ${why}`,
  });
}

/** An integer from 0 to `most`; `why` says what sets the bound. */
export function wholeNumberUpTo(most: number, why: string) {
  return z
    .string({ error: WHOLE_NUMBER })
    .regex(/^\d+$/, WHOLE_NUMBER)
    .meta(orNumber({ type: 'integer', minimum: 0, maximum: most }))
    .transform(Number)
    .refine((value) => value <= most, `must be at most ${most}, ${why}`);
}

/** A decimal number above 0. */
export const positiveNumber = z
  .string({ error: POSITIVE_NUMBER })
  .regex(/^\d{1,4}(?:\.\d{1,9})?$/, POSITIVE_NUMBER)
  .meta(orNumber({ type: 'number', exclusiveMinimum: 0 }))
  .transform(Number)
  .refine((value) => value > 0, POSITIVE_NUMBER);

/** One of a few words. */
export function oneOf<const T extends readonly string[]>(words: T) {
  return z.enum(words, { error: () => `must be one of ${words.join(', ')}` });
}

export function splitByCommas(joined: string): string[] {
  return joined.split(',').map((part) => part.trim());
}

/** Values joined by commas; the option may also be given several times. */
export function listOf<T extends z.ZodType<unknown, string>>(item: T, split = splitByCommas) {
  const one = z.string().meta({ type: ['string', 'number'] });
  return z
    .union([one, z.array(z.string().meta(itemSchema(item)))], { error: 'must be a list' })
    .transform((given) => [given].flat().flatMap((joined) => split(joined)))
    .pipe(z.array(item));
}

/** Like `listOf`; no value may appear twice. */
export function listOfDistinct<T extends z.ZodType<string | number, string>>(item: T) {
  return listOf(item).refine((values) => new Set(values).size === values.length, {
    error: ({ input }) => `must not repeat a value: ${repeated(input).join(', ')}`,
  });
}

/** Like `listOf` of positive integers, sorted and each once. */
export const ascendingIntegers = listOf(positiveInteger).transform((values) =>
  [...new Set(values)].toSorted((one, other) => one - other),
);

/** Texts that may hold anything, commas too; the option may be given several times. */
export const texts = z
  .union([text, z.array(text)], { error: 'must be text or a list of text' })
  .transform((given) => [given].flat());

/** In a config file, and so for editors, a number may also stand as a number. */
function orNumber(schema: JsonSchema): JsonSchema {
  return { ...schema, type: [schema['type'], 'string'] };
}

function itemSchema(item: z.ZodType): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(item, { io: 'input', target: 'draft-7' });
  return item === text ? { ...schema, type: ['string', 'number'] } : schema;
}

function repeated(values: unknown): unknown[] {
  const all: unknown[] = Array.isArray(values) ? values : [];
  return [...new Set(all.filter((value, index) => all.indexOf(value) !== index))];
}
