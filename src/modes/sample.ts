import { counted } from '../records/counted.ts';
import type { DecodeOf } from '../records/decode.ts';
import type { ModeEntry } from './mode.ts';
import { SAMPLING } from './options.ts';

/** Tokens drawn by their probabilities, several completions a task. */
export const sample: ModeEntry<DecodeOf<'sample'>> = {
  referenceRank: 3,
  loadRank: 1,
  draws: true,
  isSequential: false,
  needs: [],
  hasDraftModel: false,
  options: ['temperature', 'topP', 'topK', 'samples', 'seed', 'k'],
  samples: ({ samples = SAMPLING.samples }) => samples,
  make: ({
    temperature = SAMPLING.temperature,
    topP = SAMPLING.topP,
    topK = SAMPLING.topK,
    samples = SAMPLING.samples,
  }) => ({ mode: 'sample', temperature, topP, topK, samples }),
  shared: (decode) => ({ ...decode, noise: 'threefry-gumbel-1' }),
  describe: ({ samples, temperature, topP, topK, noise }) =>
    `${counted(samples, 'sample')} a task, temperature ${temperature}, top-p ${topP}, top-k ${topK}, ${noise === undefined ? 'draws of its own' : 'shared draws'}`,
};
