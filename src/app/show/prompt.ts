import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { about } from '../../options/message.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import { usageError } from '../../records/error.ts';
import { sha256Bytes } from '../../records/hash.ts';
import type { Plan } from '../../records/plan.ts';
import type { TaskReport } from '../../records/task-report.ts';
import { SUITES } from '../../suites/index.ts';
import { taskOptions } from '../../suites/options.ts';
import type { Host } from '../host.ts';

/**
 * A task's prompt, from the user's copy of the data set or from the cache: nothing is fetched to look
 * at a run. Throws a usage error for a file that is named and is not the run's data set.
 */
export async function promptOf(
  taskId: string,
  { name, sha256 }: Plan['dataset'],
  { data, host }: { readonly data: string | undefined; readonly host: Host },
): Promise<TaskReport['prompt']> {
  const paths = data === undefined ? usualPaths(host) : [resolve(host.cwd, data)];
  for (const path of paths) {
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined && sha256Bytes(bytes) === sha256) {
      return promptIn(bytes, path, taskId) ?? { notRun: `${path} has no task ${taskId}` };
    }
  }
  if (data !== undefined) {
    throw usageError(
      about`${taskOptions.data} ${data} is not the data set of this run, ${name} with sha256 ${sha256}; name that file, or leave it out`,
    );
  }
  return { notRun: `${name} is not on this machine; name its file with --data` };
}

function usualPaths({ env, cwd }: Host): string[] {
  const own = env['EVALKIT_DATA'];
  return [
    ...(own === undefined || own === '' ? [] : [resolve(cwd, own)]),
    ...SUITES.map(({ data }) => join(cacheFolder(env), 'datasets', data.fileName)),
  ];
}

/** The suite in whose format the file is, is the one that finds the task in it. */
function promptIn(bytes: Uint8Array, path: string, taskId: string): string | undefined {
  for (const suite of SUITES) {
    try {
      const task = suite.parse(bytes, path).find((each) => each.taskId === taskId);
      if (task !== undefined) {
        return task.prompt;
      }
    } catch {
      // The format of another suite.
    }
  }
  return undefined;
}
