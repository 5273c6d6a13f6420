import { writeFile } from 'node:fs/promises';

/** Writes a file of the cache, whose folder is there. */
export function writeOwnFile(path: string, content: Uint8Array | string): Promise<void> {
  return writeFile(path, content);
}
