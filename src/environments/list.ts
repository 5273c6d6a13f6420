import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EnvironmentList } from '../records/environment-list.ts';
import { ENVIRONMENT_NAMES, ENVIRONMENTS, type EnvironmentName } from './environments.ts';
import { lookUpEnvironment, pinsOf, type Search } from './find.ts';
import { lookAtMachine } from './machine.ts';
import { environmentFolder, environmentsFolder, readMarker } from './marker.ts';

type Entry = EnvironmentList['environments'][number];

/** Which environments are here, and what of the machine decides what they can do. Fetches nothing. */
export async function listEnvironments(search: Search): Promise<EnvironmentList> {
  const machine = await lookAtMachine(search);
  const environments: Entry[] = [];
  for (const name of ENVIRONMENT_NAMES) {
    environments.push(await entryOf(name, search));
  }
  return {
    version: 1,
    folder: environmentsFolder(search.env),
    machine: { instructions: [...machine.instructions], cards: [...machine.cards] },
    environments,
  };
}

async function entryOf(name: EnvironmentName, search: Search): Promise<Entry> {
  const { purpose, cost } = ENVIRONMENTS[name];
  const folder = environmentFolder(name, search.env);
  const shared = { name, purpose, older: await olderOf(name, search) };
  const lookup = await lookUpEnvironment(name, search);
  if (lookup.kind === 'missing') {
    const pins = Object.fromEntries(pinsOf(name));
    return {
      ...shared,
      state: 'absent',
      reason: lookup.reason,
      packages: pins,
      bytes: cost.cpu.bytes,
    };
  }
  const { found } = lookup;
  const { python, pythonVersion, packages } = found;
  const which = { ...shared, python, pythonVersion, packages };
  if (found.kind === 'own') {
    return { ...which, state: 'own' };
  }
  const marker = await readMarker(folder);
  return { ...which, state: 'installed', build: marker?.build, bytes: marker?.bytes };
}

/** Folders of other locks, or that were not finished. */
async function olderOf(name: EnvironmentName, { env }: Search): Promise<string[]> {
  const current = environmentFolder(name, env);
  const above = join(environmentsFolder(env), name);
  const entries = await readdir(above, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.endsWith('.lock'))
    .map((entry) => join(above, entry.name))
    .filter((path) => path !== current);
}
