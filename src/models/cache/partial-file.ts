import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskError } from '../../files/disk-error.ts';
import { makeFolder } from '../../files/make-folder.ts';

const SUFFIX = '.partial';
/** Nothing here takes a day: an older partial file was left by a process that was killed. */
const STALE_MS = 24 * 60 * 60 * 1000;

/**
 * Has `write` fill a temporary file beside `target`, then gives it its final name. If `write` throws,
 * the temporary file is removed and `target` stays as it was.
 */
export async function completeFile<T>(
  target: string,
  write: (partial: string) => Promise<T>,
): Promise<T> {
  try {
    await makeFolder(dirname(target));
    await removeStale(target);
    return await fillAndRename(target, write);
  } catch (error) {
    throw diskError(error, target);
  }
}

async function fillAndRename<T>(
  target: string,
  write: (partial: string) => Promise<T>,
): Promise<T> {
  const partial = `${target}.${randomUUID()}${SUFFIX}`;
  try {
    const result = await write(partial);
    await rename(partial, target);
    return result;
  } finally {
    await rm(partial, { force: true });
  }
}

/** Removes what killed processes left beside `target` long ago; the folder exists. */
export async function removeStale(target: string): Promise<void> {
  const folder = dirname(target);
  for (const name of await readdir(folder)) {
    if (!isTemporary(name, basename(target))) {
      continue;
    }
    const path = join(folder, name);
    // Another process may rename or remove its own at this moment.
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_MS) {
      await rm(path, { force: true, recursive: true });
    }
  }
}

/** Not the download that can go on: that has no random id in its name. */
function isTemporary(name: string, target: string): boolean {
  return name.startsWith(`${target}.`) && name.endsWith(SUFFIX) && name !== `${target}${SUFFIX}`;
}
