import { systemCode } from '../records/system-error.ts';

const REFUSALS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'is in a folder that does not exist, or that takes no files'],
  ['ENOTDIR', 'has a file where a folder must be'],
  ['EACCES', 'may not be written (permission denied)'],
  ['EPERM', 'may not be written (not permitted)'],
  ['EROFS', 'is on a read-only file system'],
  ['ENAMETOOLONG', 'is too long a name'],
  ['ELOOP', 'has links that lead in a circle'],
  ['EBADF', 'is not open for writing'],
]);

/** Why a path cannot be written, as a half sentence about it. Throws what is not the system's. */
export function refusalOf(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) {
    throw error;
  }
  return REFUSALS.get(code) ?? `cannot be written (${code})`;
}
