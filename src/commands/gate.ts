import { command } from './command.ts';

/** `evalkit gate [run]`: decides on a run's cells against a baseline, from records alone. */
export const gate = command({
  name: 'gate',
  positionals: '[run]',
  summary: 'Decide whether a run is good enough: pass, fail or inconclusive',
  examples: [
    ['results/run --baseline baseline.json', 'against a committed baseline'],
    ['--plan --max-drop 3pp', 'what 164 tasks could show of 3 points'],
  ],
  run: async (options, host) => (await import('../app/gate/command.ts')).gate(options, host),
});
