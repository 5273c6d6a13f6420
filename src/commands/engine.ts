import { command, type Family } from './command.ts';

const list = command({
  name: 'engine list',
  summary:
    'List the Python environments of the engines, and what this machine can compute; uses no network',
  run: async (options, host) =>
    (await import('../app/engine/command.ts')).engineList(options, host),
});

const install = command({
  name: 'engine install',
  positionals: '<environment..>',
  summary: 'Make Python environments from the package index, as locked by this release',
  examples: [['torch', 'what torch:PATH needs']],
  run: async (options, host) =>
    (await import('../app/engine/command.ts')).engineInstall(options, host),
});

/** `evalkit engine`: the Python environments that engines compute in. */
export const engine: Family = {
  name: 'engine',
  summary: "List or make the engines' Python environments",
  commands: [list, install],
  byDefault: list,
};
