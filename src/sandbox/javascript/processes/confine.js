// @ts-check
import { dieWithParent, forbidNewPrivileges, hideMemory, installFilter, limit } from './native.js';

export { exitNow } from './native.js';

/** Of this process and its isolates; the rest is what isolates start when they need it. */
const MAX_THREADS = 64;

/**
 * Gives away all that judging needs not, for every thread of this process, on Linux. Everything is
 * loaded by then.
 *
 * @param {import('../messages.ts').Terms} terms
 * @param {number} mappedBytes - Writable memory that is mapped already.
 */
export function confine({ user, limits, noNewPrivileges, filter, memoryBytes }, mappedBytes) {
  if (user !== undefined) {
    process.setgroups?.([]);
    process.setgid?.(user);
    process.setuid?.(user);
  }
  dieWithParent();
  if (limits !== undefined) {
    limit('data', mappedBytes + 2 * memoryBytes);
    limit('fileSize', 0);
    limit('coreDump', 0);
    if (limits.threads) {
      limit('threads', MAX_THREADS);
    }
  }
  if (noNewPrivileges) {
    hideMemory();
    forbidNewPrivileges();
  }
  if (filter !== undefined) {
    installFilter(filter);
  }
}
