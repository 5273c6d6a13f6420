import { command } from './command.ts';

/** `evalkit export <run>`: gives a run to another tool. */
export const exportCommand = command({
  name: 'export',
  positionals: '<run>',
  summary: 'Give a run to another tool: lm-eval, MLflow',
  examples: [
    ['results/run --to lm-eval', "results and samples as lm-eval's"],
    ['results/run --to mlflow --server http://127.0.0.1:5000', 'a run a cell on a tracking server'],
  ],
  run: async (options, host) => (await import('../app/export/command.ts')).exportRun(options, host),
});
