import { command } from './command.ts';

/** `evalkit merge <shards..>`: puts the shards of a run together. */
export const merge = command({
  name: 'merge',
  positionals: '<shards..>',
  summary: 'Put the shards of a run together, as if one machine had made it',
  run: async (options, host) => (await import('../app/merge/command.ts')).merge(options, host),
});
