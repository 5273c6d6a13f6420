import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentError } from '../records/error.ts';
import { reasonOf } from '../records/system-error.ts';

/** A folder that is gone when its owner is done with it. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes a folder for what is needed for a while. Throws an environment error where the system's
 * folder for such things cannot be used.
 */
export async function makeTemporaryFolder(purpose: string): Promise<TemporaryFolder> {
  try {
    const path = await mkdtemp(join(tmpdir(), `evalkit-${purpose}-`));
    // Whoever wrote there may have been killed only just now, and still be writing.
    const how = { recursive: true, force: true, maxRetries: 5 } as const;
    return { path, [Symbol.asyncDispose]: () => rm(path, how) };
  } catch (error) {
    throw temporaryError(error);
  }
}

/** What a failed write beneath the folder of temporary files means to the user. */
export function temporaryError(error: unknown): Error {
  return environmentError(
    `the folder of temporary files, ${tmpdir()}, cannot be used (${reasonOf(error)}); name another with TMPDIR`,
    error,
  );
}
