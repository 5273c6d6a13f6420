import { randomUUID } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { makeFolder } from '../../files/make-folder.ts';
import type { ModelSettings } from '../settings.ts';
import { diskError } from '../../files/disk-error.ts';
import { withFileLock } from '../../files/file-lock.ts';
import { removeStale } from './partial-file.ts';
import { sidecarPath } from './sidecar.ts';

const madeSchema = z.object({ version: z.literal(1), tool: z.string() });

/** Which tool made a folder of the cache; `undefined`: it is not there, or not whole. */
export async function findMadeFolder(path: string): Promise<string | undefined> {
  try {
    return madeSchema.parse(JSON.parse(await readFile(sidecarPath(path), 'utf8'))).tool;
  } catch {
    // Missing, torn or of another version: it is made again.
    return undefined;
  }
}

/**
 * Has `make` fill a temporary folder, then gives it its final name and notes that it is whole; whoever
 * waited for another process takes what that made. Gives the name of the tool.
 */
export async function makeFolderOnce(
  path: string,
  settings: Pick<ModelSettings, 'progress' | 'signal'>,
  make: (folder: string, signal: AbortSignal) => Promise<string>,
): Promise<string> {
  return withFileLock(path, settings, async ({ signal }) => {
    const found = await findMadeFolder(path);
    if (found !== undefined) {
      return found;
    }
    const partial = `${path}.${randomUUID()}.partial`;
    try {
      await makeFolder(dirname(path));
      await removeStale(path);
      await makeFolder(partial);
      const tool = await make(partial, signal);
      await rm(path, { recursive: true, force: true });
      await rename(partial, path);
      await writeFileAtomic(sidecarPath(path), `${JSON.stringify({ version: 1, tool })}\n`);
      return tool;
    } catch (error) {
      throw diskError(error, path);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
}
