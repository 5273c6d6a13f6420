import { command } from './command.ts';

/** `evalkit gate [run]`: decides on a run's cells against a baseline, from records alone. */
export const gate = command({
  name: 'gate',
  positionals: '[run]',
  summary: 'Decide whether a run is good enough: pass, fail or inconclusive',
  examples: [
    ['results/run --baseline baseline.json', 'against a committed baseline'],
    ['results/ppl-run --max-kl 0.05', 'models of evalkit perplexity, by KL divergence'],
    ['--plan --max-drop 3pp', 'which flips pass a limit of 3 points on 164 tasks'],
  ],
  run: async (options, host) => (await import('../app/gate/command.ts')).gate(options, host),
});
