import { command } from './command.ts';

/** `evalkit show <run> <task>`: one task of a run, with what each cell made of it. */
export const show = command({
  name: 'show',
  positionals: '<run> <task>',
  summary: "Show a task of a run: prompt, each cell's completion, verdict and cause",
  examples: [
    ['results/run HumanEval/12', 'what each cell made of it'],
    ['results/run 12 --cell f16 --cell q4_k_m', 'how the completions of two cells differ'],
  ],
  run: async (options, host) => (await import('../app/show/command.ts')).show(options, host),
});
