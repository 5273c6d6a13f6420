import { declareOptions, type Options } from '../options/option.ts';
import {
  ascendingIntegers,
  integerUpTo,
  listOfDistinct,
  oneOf,
  positiveNumber,
  text,
  wholeNumberUpTo,
} from '../options/value-types.ts';
import { MODE_NAMES } from '../records/decode.ts';

/**
 * HumanEval's customary setting for several samples: a low temperature, a little of the tail cut
 * off, 20 samples a task (Chen et al. 2021 and, with these numbers, the bigcode harness).
 */
export const SAMPLING = { temperature: 0.2, topP: 0.95, topK: 0, samples: 20 } as const;

/** Drafted tokens a pass at most: beyond, even draft and model of one family rarely agree. */
export const DEFAULT_MAX_DRAFT = 8;

/** What draws start from where the user does not say. */
export const DEFAULT_SEED = 0;

/** The k that are reported where the user does not say, as far as there are samples for them. */
export const CUSTOMARY_K: readonly number[] = [1, 10, 100];

/** The options that say how tokens are chosen; `undefined` where the user did not say. */
export const decodeOptions = declareOptions('Decoding', {
  decode: {
    type: listOfDistinct(oneOf(MODE_NAMES)).transform((names) =>
      MODE_NAMES.filter((mode) => names.includes(mode)),
    ),
    help: 'How tokens are chosen',
    default: ['greedy'],
  },
  temperature: {
    type: positiveNumber.refine(
      (value) => value <= 10,
      'must be at most 10: beyond, all tokens are drawn alike',
    ),
    help: 'sample: temperature',
    defaultText: String(SAMPLING.temperature),
  },
  topP: {
    type: positiveNumber.refine((value) => value <= 1, 'must be at most 1'),
    help: 'sample: share of probability that is drawn from',
    defaultText: String(SAMPLING.topP),
  },
  topK: {
    type: wholeNumberUpTo(10_000_000, 'more than any vocabulary has'),
    help: 'sample: likeliest tokens that are drawn from; 0 is all of them',
    defaultText: String(SAMPLING.topK),
  },
  samples: {
    type: integerUpTo(10_000, 'far more than pass@100 needs'),
    help: 'sample: completions per task',
    defaultText: String(SAMPLING.samples),
  },
  seed: {
    type: wholeNumberUpTo(4_294_967_295, 'the greatest of 32 bits'),
    help: 'What random draws start from: the tokens of sample, the tasks of --sample',
    defaultText: String(DEFAULT_SEED),
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
