import { command } from './command.ts';

/** `evalkit compare <reference> [candidate]`: what changed between two runs or cells, paired by task. */
export const compare = command({
  name: 'compare',
  positionals: '<reference> [candidate]',
  summary: 'Compare runs, or cells of a run, task by task',
  examples: [
    ['results/run', 'its cells with its reference cell'],
    ['results/old results/new#q4_k_m', 'a cell of one run with the reference cell of another'],
    ['results/ppl-run', 'models of evalkit perplexity with their reference'],
    ['results/bench-run#q8_0', 'a model of evalkit bench with the nearest to the original'],
  ],
  run: async (options, host) => (await import('../app/compare/command.ts')).compare(options, host),
});
