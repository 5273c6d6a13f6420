import type { DecodeOf } from '../records/decode.ts';
import type { ModeEntry } from './mode.ts';
import { DEFAULT_MAX_DRAFT } from './options.ts';

/** Greedy, with a smaller model that drafts. */
export const assisted: ModeEntry<DecodeOf<'assisted'>> = {
  referenceRank: 2,
  // The draft comes last: the peak of memory before it is then that of the model alone.
  loadRank: 3,
  draws: false,
  isSequential: true,
  equals: 'greedy',
  needs: ['drafts'],
  hasDraftModel: true,
  options: ['draft', 'maxDraft'],
  make: ({ maxDraft = DEFAULT_MAX_DRAFT }, draft) => {
    if (draft === undefined) {
      throw new Error('an assisted cell without a draft');
    }
    return { mode: 'assisted', draft, maxDraft };
  },
  describe: ({ draft, maxDraft }) =>
    `greedy, drafted by ${draft.base}:${draft.quantization}, at most ${maxDraft} tokens at once`,
};
