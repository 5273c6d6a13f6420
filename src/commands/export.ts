import { command } from './command.ts';

/** `evalkit export <run>`: writes a run in the files of another tool. */
export const exportCommand = command({
  name: 'export',
  positionals: '<run>',
  summary: 'Write a run in the files of another tool',
  examples: [['results/run --to lm-eval', "results and samples as lm-eval's"]],
  run: async (options, host) => (await import('../app/export/command.ts')).exportRun(options, host),
});
