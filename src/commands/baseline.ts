import { command, type Family } from './command.ts';

const write = command({
  name: 'baseline write',
  positionals: '<run>',
  summary: 'Write the baseline file of a complete run, with the limits for later gates',
  examples: [['results/run --max-drop 5pp', 'for evalkit gate --baseline']],
  run: async (options, host) =>
    (await import('../app/gate/command.ts')).baselineWrite(options, host),
});

/** `evalkit baseline`: what later gates hold candidates against. */
export const baseline: Family = {
  name: 'baseline',
  summary: 'Keep the verdicts of a run in a small file for later gates',
  commands: [write],
};
