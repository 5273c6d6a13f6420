import { dirname } from 'node:path';
import { environmentError } from '../records/error.ts';

const REFUSED: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['EEXIST', 'a part of its path is a file'],
]);

/** What a failed write means to the user; an error that is none of the disk's comes back as it is. */
export function diskError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return diskFullError(path, error);
  }
  const reason = REFUSED.get(code);
  return reason === undefined
    ? error
    : environmentError(`cannot write ${path}: ${reason}; choose another cache folder`, error);
}

/** The one error for a disk without space. */
export function diskFullError(path: string, cause?: unknown): Error {
  return environmentError(
    `the disk of ${dirname(path)} is full; free some space, or choose another cache folder`,
    cause,
  );
}
