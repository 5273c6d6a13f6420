import { command } from './command.ts';

/** `evalkit humaneval`: generates, judges and reports. */
export const humaneval = command({
  name: 'humaneval',
  summary: 'Measure pass@1 on HumanEval and latency for each quantization and decoding mode',
  examples: [
    ['--model q8', 'one quantization of the default base'],
    ['--model q8,q4_k_m --sample 20', 'two cells, 20 tasks drawn at random'],
    ['--model f16,q8 --decode greedy,lookup', 'four cells'],
    ['--decode sample --k 1,10', 'the usual 20 samples a task'],
  ],
  run: async (options, host) =>
    (await import('../app/humaneval/command.ts')).humaneval(options, host),
});
