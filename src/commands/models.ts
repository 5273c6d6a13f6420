import { command, type Family } from './command.ts';

const list = command({
  name: 'models list',
  summary: 'List the known and the cached models with their sizes; uses no network',
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

/** `evalkit models`: which models are known and cached, and fetching more. */
export const models: Family = {
  name: 'models',
  summary: 'List known and cached models, or fetch some',
  commands: [list, pull],
  byDefault: list,
};
