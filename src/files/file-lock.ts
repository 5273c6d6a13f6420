import { basename, dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import lockfile from 'proper-lockfile';
import { diskError } from './disk-error.ts';
import { reasonOf } from '../records/system-error.ts';
import type { ProgressSink } from '../records/progress.ts';
import { makeFolder } from './make-folder.ts';

/** What a holder of a lock must know while it works. */
export interface Hold {
  /** False where the folder knows no locks: then another process may be working on the same file. */
  readonly exclusive: boolean;
  /** Aborts with the user, and when the lock is lost to another process. */
  readonly signal: AbortSignal;
}

/** Who waits for a lock, and until when. */
interface Waiting {
  readonly progress: ProgressSink;
  readonly signal: AbortSignal;
}

/** A lock that nobody has touched for so long belongs to a process that is dead or stopped. */
const STALE_MS = 5_000;
const POLL_MS = 200;

/**
 * Runs `work` while no other process works at `target`. Waits for one that does, and says so; a
 * lock that its holder does not renew is taken over. Whoever loses the lock that way, because it was
 * stopped for a while, waits in its turn. Throws an environment error where the folder cannot be
 * written.
 */
export async function withFileLock<T>(
  target: string,
  settings: Waiting,
  work: (hold: Hold) => Promise<T>,
): Promise<T> {
  for (;;) {
    const lost = new AbortController();
    const release = await acquire(target, settings, () => lost.abort(new Error('lock lost')));
    const signal = AbortSignal.any([settings.signal, lost.signal]);
    try {
      return await work({ exclusive: release !== undefined, signal });
    } catch (error) {
      settings.signal.throwIfAborted();
      if (!lost.signal.aborted) {
        throw error;
      }
    } finally {
      // A lock that was lost cannot be released: it is another's.
      await release?.().catch(() => {});
    }
  }
}

type Release = () => Promise<void>;

async function acquire(
  target: string,
  { progress, signal }: Waiting,
  onLost: () => void,
): Promise<Release | undefined> {
  await makeFolder(dirname(target)).catch((error: unknown) => {
    throw diskError(error, target);
  });
  for (let waited = false; ; waited = true) {
    const taken = await tryLock(target, onLost);
    if (taken.kind === 'taken') {
      return taken.release;
    }
    if (taken.kind === 'no-locks') {
      progress({
        kind: 'warning',
        text: `${basename(target)}: its folder takes no locks (${taken.reason}); continuing without one`,
      });
      return undefined;
    }
    if (!waited) {
      progress({
        kind: 'note',
        text: `${basename(target)}: another process is working on it; waiting for it to finish`,
      });
    }
    await setTimeout(POLL_MS, undefined, { signal });
  }
}

type Taken =
  | { readonly kind: 'taken'; readonly release: Release }
  | { readonly kind: 'held' }
  | { readonly kind: 'no-locks'; readonly reason: string };

async function tryLock(target: string, onLost: () => void): Promise<Taken> {
  try {
    const release = await lockfile.lock(target, {
      realpath: false,
      stale: STALE_MS,
      onCompromised: onLost,
    });
    return { kind: 'taken', release };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') {
      return { kind: 'held' };
    }
    const known = diskError(error, target);
    if (known !== error) {
      throw known;
    }
    return { kind: 'no-locks', reason: reasonOf(error) };
  }
}
