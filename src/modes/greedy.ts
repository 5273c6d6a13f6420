import type { DecodeOf } from '../records/decode.ts';
import type { ModeEntry } from './mode.ts';

/** Always the likeliest token: the model as it is. */
export const greedy: ModeEntry<DecodeOf<'greedy'>> = {
  referenceRank: 0,
  loadRank: 0,
  draws: false,
  isSequential: false,
  isReplayable: true,
  needs: [],
  hasDraftModel: false,
  options: [],
  make: () => ({ mode: 'greedy' }),
  describe: () => 'greedy',
};
