import { environmentNamed } from '../../environments/environments.ts';
import { installEnvironment } from '../../environments/install.ts';
import { listEnvironments } from '../../environments/list.ts';
import { about } from '../../options/message.ts';
import { usageError } from '../../records/error.ts';
import { renderEnvironments } from '../../report/environments.ts';
import type { Host, Outcome } from '../host.ts';
import { printListing } from '../report-output.ts';
import {
  type EngineInstallOptions,
  engineInstallOptions,
  type EngineListOptions,
} from './options.ts';

/** Prints which Python environments are here. */
export async function engineList(options: EngineListOptions, host: Host): Promise<Outcome> {
  const list = await listEnvironments({ ...host, enginePython: options.enginePython });
  await printListing(host, { data: list, text: renderEnvironments(list) }, options);
  return { kind: 'done' };
}

/** Makes Python environments, one after the other, and prints which are here then. */
export async function engineInstall(options: EngineInstallOptions, host: Host): Promise<Outcome> {
  const { environment, python, build, offline } = options;
  if (offline) {
    throw usageError(
      about`${engineInstallOptions.options.offline}: environments are made of packages from an index; leave it out, or use an environment of yours with --engine-python`,
    );
  }
  for (const name of environment.map(environmentNamed)) {
    const { folder, wasThere } = await installEnvironment(name, { python, build }, host);
    if (wasThere) {
      host.progress({ kind: 'note', text: `${name}: already there, ${folder}` });
    }
  }
  const list = await listEnvironments({ ...host, env: { ...host.env, EVALKIT_ENGINE_PYTHON: '' } });
  const asked = list.environments.filter(({ name }) => environment.includes(name));
  const made = { ...list, environments: asked };
  await printListing(host, { data: made, text: renderEnvironments(made) }, options);
  return { kind: 'done' };
}
