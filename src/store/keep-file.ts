import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../records/system-error.ts';
import type { ProgressSink } from '../records/progress.ts';
import { makeFolder } from '../files/make-folder.ts';

/**
 * Keeps what was fetched for the next time. A cache that is full or cannot be written costs fetching
 * again, which a warning says; false then.
 */
export async function keepFile(
  path: string,
  content: Uint8Array | string,
  progress: ProgressSink,
): Promise<boolean> {
  try {
    await makeFolder(dirname(path));
    await writeFileAtomic(path, typeof content === 'string' ? content : Buffer.from(content));
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) {
      throw error;
    }
    const text = `${path} cannot be written (${code}): it is fetched again the next time; EVALKIT_CACHE names another cache folder`;
    progress({ kind: 'warning', text });
    return false;
  }
}
