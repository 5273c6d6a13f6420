import { DEFAULT_MAX_DRAFT } from './options.ts';
import type { DecodeOf } from '../records/decode.ts';
import type { ModeEntry } from './mode.ts';

/**
 * Lengths of what is looked up. llama.cpp's own lookup decoding begins with one token
 * (LLAMA_NGRAM_MIN): such matches are chance in code, and what is measured here leaves them out.
 */
export const LOOKUP_NGRAMS = { ngramMin: 2, ngramMax: 4 } as const;

/** Greedy, with drafts copied from earlier in prompt and completion. */
export const lookup: ModeEntry<DecodeOf<'lookup'>> = {
  referenceRank: 1,
  loadRank: 2,
  draws: false,
  isSequential: true,
  equals: 'greedy',
  needs: ['drafts'],
  hasDraftModel: false,
  options: ['maxDraft'],
  make: ({ maxDraft = DEFAULT_MAX_DRAFT }) => ({ mode: 'lookup', maxDraft, ...LOOKUP_NGRAMS }),
  describe: ({ ngramMin, ngramMax, maxDraft }) =>
    `greedy, drafted from earlier n-grams of ${ngramMin} to ${ngramMax} tokens, at most ${maxDraft} tokens at once`,
};
