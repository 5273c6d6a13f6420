import { command } from './command.ts';

/** `evalkit bench`: times a grid of batch sizes, contexts, flash attention and cache types. */
export const bench = command({
  name: 'bench',
  summary: 'Time minibatches over a grid of batch sizes, contexts and flash attention',
  examples: [
    ['--model q8 --batch 1,2,4 --ctx-size 512,2048 --flash on,off', 'a grid'],
    ['--model f16,q4_k_m --tokens 200', 'seconds for one completion of 200 tokens'],
  ],
  run: async (options, host) => (await import('../app/bench/command.ts')).bench(options, host),
});
