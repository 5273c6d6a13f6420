import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { environmentError, EvalkitError } from '../records/error.ts';

const REFUSED: ReadonlyMap<unknown, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['EEXIST', 'a part of its path is a file'],
]);

const OTHER_FOLDER = 'choose another cache folder with EVALKIT_CACHE';

/** A folder that nobody lets us write to: what lies there already can still be read. */
export class UnwritableError extends EvalkitError {}

/** What a failed write means to the user; an error that is none of the disk's comes back as it is. */
export function diskError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return diskFullError(path, error);
  }
  const reason = REFUSED.get(code);
  return reason === undefined
    ? error
    : new UnwritableError('environment', `cannot write ${path}: ${reason}; ${OTHER_FOLDER}`, {
        cause: error,
      });
}

/** The one error for a disk without space. */
export function diskFullError(path: string, cause?: unknown): Error {
  return environmentError(
    `the disk of ${dirname(path)} is full; free some space, or ${OTHER_FOLDER}`,
    cause,
  );
}

/** Throws an environment error if `path`, in a folder that exists, cannot grow by `bytes`. */
export async function checkSpace(path: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(path));
  if (bavail * bsize < bytes) {
    throw environmentError(
      `the disk of ${dirname(path)} has ${prettyBytes(bavail * bsize)} free, and ${prettyBytes(bytes)} are needed; free some space, or ${OTHER_FOLDER}`,
    );
  }
}
