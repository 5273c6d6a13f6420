import { command } from './command.ts';

/** `evalkit compare <reference> [candidate]`: what changed between two runs or cells, paired by task. */
export const compare = command({
  name: 'compare',
  positionals: '<reference> [candidate]',
  summary: 'Compare runs, or cells of a run, task by task',
  examples: [
    ['results/run', 'its cells with its reference cell'],
    ['results/old results/new#tiny:q8_0/greedy', 'two runs'],
  ],
  run: async (options, host) => (await import('../app/compare/command.ts')).compare(options, host),
});
