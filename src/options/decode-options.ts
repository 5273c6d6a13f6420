import { z } from 'zod';
import { usageError } from '../records/error.ts';
import { integerUpTo, list, positiveInteger, wholeNumber } from './option-values.ts';

/** The decoding modes by their names, as `--decode` lists them. */
const MODES = ['greedy', 'sample', 'assisted', 'lookup'] as const;
export type DecodeMode = (typeof MODES)[number];

const positiveNumber = z
  .string()
  .regex(/^\d{1,4}(?:\.\d{1,9})?$/, 'is no number')
  .meta({ type: ['number', 'string'], exclusiveMinimum: 0 })
  .transform(Number)
  .refine((value) => value > 0, 'is not above 0');

/** The options that say how tokens are chosen; `undefined` where the user did not say. */
export const decodeOptions = {
  decode: list
    .default(['greedy'])
    .refine(
      (names) => names.every((name) => MODES.some((mode) => mode === name)),
      `is no list of ${MODES.join(', ')}`,
    )
    .refine((names) => new Set(names).size === names.length, 'names a mode twice')
    .transform((names) => MODES.filter((mode) => names.includes(mode))),
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

/** Which modes an option is for; with none of them in `--decode` it would be ignored in silence. */
const USED_BY = [
  ['temperature', '--temperature', ['sample']],
  ['topP', '--top-p', ['sample']],
  ['topK', '--top-k', ['sample']],
  ['samples', '--samples', ['sample']],
  ['seed', '--seed', ['sample']],
  ['k', '--k', ['sample']],
  ['draft', '--draft', ['assisted']],
  ['maxDraft', '--max-draft', ['assisted', 'lookup']],
] as const satisfies readonly (readonly [keyof DecodeOptions, string, readonly DecodeMode[]])[];

/**
 * HumanEval's customary setting for several samples: a low temperature, a little of the tail cut
 * off, 20 samples a task (Chen et al. 2021 and, with these numbers, the bigcode harness).
 */
export const SAMPLING = { temperature: 0.2, topP: 0.95, topK: 0, samples: 20, seed: 0 } as const;

/**
 * Lengths of what `lookup` looks up. llama.cpp's own lookup decoding begins with one token
 * (LLAMA_NGRAM_MIN): such matches are chance in code, and what is measured here leaves them out.
 */
export const LOOKUP_NGRAMS = { ngramMin: 2, ngramMax: 4 } as const;

/** The k that are reported where the user does not say, as far as there are samples for them. */
const CUSTOMARY_K = [1, 10, 100];

/** Throws a usage error for an option that none of the chosen modes uses, or that asks the impossible. */
export function checkDecodeOptions(options: DecodeOptions): void {
  for (const [name, flag, modes] of USED_BY) {
    if (options[name] !== undefined && !modes.some((mode) => options.decode.includes(mode))) {
      throw usageError(
        `${flag} ${String(options[name])} has no use with --decode ${options.decode.join(',')}; add ${modes.join(' or ')} to --decode, or leave ${flag} out`,
      );
    }
  }
  const samples = options.samples ?? SAMPLING.samples;
  const most = Math.max(...(options.k ?? [1]));
  if (most > samples) {
    throw usageError(
      `--k ${most} needs at least ${most} samples a task; --samples is ${samples}: raise it, or ask for less`,
    );
  }
}

/** The k of pass@k that a run reports: those asked for, else the customary ones that its samples allow. */
export function chooseK(options: DecodeOptions): number[] {
  const samples = options.decode.includes('sample') ? (options.samples ?? SAMPLING.samples) : 1;
  return options.k ?? CUSTOMARY_K.filter((k) => k <= samples);
}
