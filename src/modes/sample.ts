import type { DecodeOf } from '../records/decode.ts';
import type { ModeEntry } from './mode.ts';

/**
 * HumanEval's customary setting for several samples: a low temperature, a little of the tail cut
 * off, 20 samples a task (Chen et al. 2021 and, with these numbers, the bigcode harness).
 */
const SAMPLING = { temperature: 0.2, topP: 0.95, topK: 0, samples: 20 } as const;

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
  describe: ({ samples, temperature, topP, topK }) =>
    `${samples} samples a task, temperature ${temperature}, top-p ${topP}, top-k ${topK}`,
};
