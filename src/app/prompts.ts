import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { about } from '../options/message.ts';
import { cacheFolder } from '../options/cache-folder.ts';
import { usageError } from '../records/error.ts';
import { sha256Bytes } from '../records/hash.ts';
import type { Plan } from '../records/plan.ts';
import { SUITES } from '../suites/index.ts';
import { taskOptions } from '../suites/options.ts';
import type { Host } from './host.ts';

/** Prompts by task, or why there are none. */
export type FoundPrompts =
  | { readonly path: string; readonly prompts: ReadonlyMap<string, string> }
  | { readonly notRun: string };

/**
 * The prompts of a run's tasks, from the user's copy of the data set or from the cache: nothing is fetched
 * to look at a run. Throws a usage error for a file that is named and is not the run's data set.
 */
export async function findPrompts(
  { name, sha256 }: Pick<Plan['dataset'], 'name' | 'sha256'>,
  { data, host }: { readonly data?: string | undefined; readonly host: Pick<Host, 'env' | 'cwd'> },
): Promise<FoundPrompts> {
  const paths = data === undefined ? usualPaths(host) : [resolve(host.cwd, data)];
  for (const path of paths) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined && sha256Bytes(bytes) === sha256) {
      return { path, prompts: promptsIn(bytes, path) };
    }
  }
  if (data !== undefined) {
    throw usageError(
      about`${taskOptions.data} ${data} is not the data set of this run, ${name} with sha256 ${sha256}; name that file, or leave it out`,
    );
  }
  return { notRun: `${name} is not on this machine; name its file with --data` };
}

function usualPaths({ env, cwd }: Pick<Host, 'env' | 'cwd'>): string[] {
  const own = env['EVALKIT_DATA'];
  return [
    ...(own === undefined || own === '' ? [] : [resolve(cwd, own)]),
    ...SUITES.map(({ data }) => join(cacheFolder(env), 'datasets', data.fileName)),
  ];
}

/** The suite in whose format the file is, is the one that finds tasks in it. */
function promptsIn(bytes: Uint8Array, path: string): ReadonlyMap<string, string> {
  for (const suite of SUITES) {
    try {
      const tasks = suite.parse(bytes, path);
      if (tasks.length > 0) {
        return new Map(tasks.map(({ taskId, prompt }) => [taskId, prompt]));
      }
    } catch {
      // The format of another suite.
    }
  }
  return new Map();
}
