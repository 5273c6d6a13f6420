import { resolve } from 'node:path';

/** Where relative paths of a caller start from. */
export function here(): string {
  return process.cwd();
}

/** A caller's path as an absolute one. */
export function folderOf(path: string): string {
  return resolve(here(), path);
}
