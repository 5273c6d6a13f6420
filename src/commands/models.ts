import { command, type Family } from './command.ts';

const list = command({
  name: 'models list',
  summary: 'What is known, what is cached and how big it is; connects to nothing',
  run: async (options, host) =>
    (await import('../app/models/command.ts')).modelsList(options, host),
});

const pull = command({
  name: 'models pull',
  positionals: '<model..>',
  summary: 'Fetch models, or make them, as the other commands would',
  examples: [['q8 q4_k_m', 'two quantizations of the default base']],
  run: async (options, host) =>
    (await import('../app/models/command.ts')).modelsPull(options, host),
});

/** `evalkit models`: what models are known and at hand, and getting more. */
export const models: Family = {
  name: 'models',
  summary: 'List the models that are known and cached, or fetch some',
  commands: [list, pull],
  standing: list,
};
