import { join } from 'node:path';
import lockfile from 'proper-lockfile';
import { environmentError } from '../records/error.ts';

/** A lock that nobody has touched for so long belongs to a dead writer. */
const STALE_LOCK_MS = 5_000;

/** Of the lock in a folder that is written to. */
export const LOCK_NAME = '.lock';

/** Whether a process is writing in `folder`. */
export function isLocked(folder: string): Promise<boolean> {
  return lockfile.check(folder, { lockfilePath: join(folder, LOCK_NAME), stale: STALE_LOCK_MS });
}

/** Makes this process the one that writes in `folder`; resolves with what gives it back. */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  try {
    return await lockfile.lock(folder, {
      lockfilePath: join(folder, LOCK_NAME),
      stale: STALE_LOCK_MS,
      // Whoever was stopped for a while, and finds another at work after it, must not write beside it.
      onCompromised: (error) => {
        throw environmentError(
          `another evalkit took over ${folder} while this one stood still; rerun the same command to resume`,
          error,
        );
      },
      // A killed writer's lock turns stale within these waits.
      retries: { retries: 8, factor: 1, minTimeout: 1_000 },
    });
  } catch (error) {
    throw environmentError(
      `another evalkit is writing to ${folder}; wait for it, or choose another folder`,
      error,
    );
  }
}
