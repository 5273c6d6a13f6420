import { usageError } from '../records/error.ts';
import { about } from './message.ts';
import { declareOptions, type Options } from './option.ts';
import {
  ascendingIntegers,
  integerUpTo,
  listOfDistinct,
  oneOf,
  positiveInteger,
  positiveNumber,
  text,
  wholeNumber,
} from './value-types.ts';

/** The decoding modes by their names, as `--decode` lists them. */
const MODES = ['greedy', 'sample', 'assisted', 'lookup'] as const;
export type DecodeMode = (typeof MODES)[number];

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

/** Drafted tokens a pass at most: beyond, even draft and model of one family rarely agree. */
export const DEFAULT_MAX_DRAFT = 8;

/** The k that are reported where the user does not say, as far as there are samples for them. */
const CUSTOMARY_K = [1, 10, 100];

/** The options that say how tokens are chosen; `undefined` where the user did not say. */
export const decodeOptions = declareOptions('Decoding', {
  decode: {
    type: listOfDistinct(oneOf(MODES)).transform((names) =>
      MODES.filter((mode) => names.includes(mode)),
    ),
    help: 'How tokens are chosen',
    default: [MODES[0]],
  },
  temperature: {
    type: positiveNumber,
    help: 'sample: temperature',
    defaultText: String(SAMPLING.temperature),
  },
  topP: {
    type: positiveNumber.refine((value) => value <= 1, 'must be at most 1'),
    help: 'sample: share of probability that is drawn from',
    defaultText: String(SAMPLING.topP),
  },
  topK: {
    type: wholeNumber,
    help: 'sample: likeliest tokens that are drawn from; 0 is all of them',
    defaultText: String(SAMPLING.topK),
  },
  samples: {
    type: positiveInteger,
    help: 'sample: completions per task',
    defaultText: String(SAMPLING.samples),
  },
  seed: {
    type: wholeNumber,
    help: 'sample: what the draws start from',
    defaultText: String(SAMPLING.seed),
  },
  k: {
    type: ascendingIntegers,
    help: 'sample: which pass@k',
    defaultText: `${CUSTOMARY_K.join(',')}, as samples allow`,
  },
  draft: {
    type: text,
    help: 'assisted: the model that drafts, as an item of --model',
    defaultText: "the catalogue's",
  },
  maxDraft: {
    type: integerUpTo(64, 'far beyond what is ever accepted in one pass'),
    help: 'assisted, lookup: maximum number of tokens drafted at once, up to 64',
    defaultText: String(DEFAULT_MAX_DRAFT),
  },
});

/** What `decodeOptions` come to. */
export type DecodeOptions = Options<typeof decodeOptions>;

const { temperature, topP, topK, samples, seed, k, draft, maxDraft, decode } = decodeOptions;

/** Which modes an option is for; with none of them in `--decode` it would be ignored in silence. */
const USED_BY = [
  [temperature, ['sample']],
  [topP, ['sample']],
  [topK, ['sample']],
  [samples, ['sample']],
  [seed, ['sample']],
  [k, ['sample']],
  [draft, ['assisted']],
  [maxDraft, ['assisted', 'lookup']],
] as const;

/** Throws a usage error for an option that none of the chosen modes uses, or that asks the impossible. */
export function checkDecodeOptions(options: DecodeOptions): void {
  for (const [option, modes] of USED_BY) {
    const value = options[option.name];
    if (value !== undefined && !modes.some((mode) => options.decode.includes(mode))) {
      throw usageError(
        about`${option} ${String(value)} has no use with ${decode} ${options.decode.join(',')}; add ${modes.join(' or ')} to ${decode}, or leave ${option} out`,
      );
    }
  }
  const drawn = options.samples ?? SAMPLING.samples;
  const most = Math.max(...(options.k ?? [1]));
  if (most > drawn) {
    throw usageError(
      about`${k} ${most} needs at least ${most} samples a task; ${samples} is ${drawn}: raise it, or ask for less`,
    );
  }
}

/** The k of pass@k that a run reports: those asked for, else the customary ones that its samples allow. */
export function chooseK(options: DecodeOptions): number[] {
  const drawn = options.decode.includes('sample') ? (options.samples ?? SAMPLING.samples) : 1;
  return options.k ?? CUSTOMARY_K.filter((one) => one <= drawn);
}
