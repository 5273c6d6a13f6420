import { z } from 'zod';
import { MODE_NAMES } from '../records/decode.ts';
import { integerUpTo, list, positiveInteger, wholeNumber } from '../options/option-values.ts';

const positiveNumber = z
  .string()
  .regex(/^\d{1,4}(?:\.\d{1,9})?$/, 'is no number')
  .meta({ type: ['number', 'string'], exclusiveMinimum: 0 })
  .transform(Number)
  .refine((value) => value > 0, 'is not above 0');

/** The options that say how tokens are chosen; `undefined` where the user did not say. */
export const decodeOptions = {
  decode: list
    .default(MODE_NAMES.slice(0, 1))
    .refine(
      (names) => names.every((name) => MODE_NAMES.some((mode) => mode === name)),
      `is no list of ${MODE_NAMES.join(', ')}`,
    )
    .refine((names) => new Set(names).size === names.length, 'names a mode twice')
    .transform((names) => MODE_NAMES.filter((mode) => names.includes(mode))),
  temperature: positiveNumber.optional(),
  topP: positiveNumber.refine((value) => value <= 1, 'is above 1').optional(),
  /** 0 cuts nothing off. */
  topK: wholeNumber.optional(),
  /** Answers a task. */
  samples: positiveInteger.optional(),
  seed: wholeNumber.optional(),
  k: list
    .refine(
      (items) => items.every((item) => /^[1-9]\d{0,5}$/.test(item)),
      'is no list of whole numbers above 0',
    )
    .transform((items) => [...new Set(items.map(Number))].toSorted((one, other) => one - other))
    .optional(),
  /** The model that drafts, as an item of `--model`. */
  draft: z.string().min(1).optional(),
  maxDraft: integerUpTo(64, 'far beyond what is ever accepted in one pass').optional(),
};

/** What `decodeOptions` come to. */
export type DecodeOptions = z.infer<z.ZodObject<typeof decodeOptions>>;
