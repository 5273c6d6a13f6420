import type { PublishedFile } from '../repository.ts';
import { parseSplitName, splitNames } from './split-file.ts';

/** Puts the parts of each model that was cut into several files under its first, in their order. */
export function groupParts(files: readonly PublishedFile[]): PublishedFile[] {
  return files.flatMap((file) => {
    const split = parseSplitName(file.name);
    if (split === undefined) {
      return [file];
    }
    const parts = splitNames(split).flatMap((name) => files.filter((part) => part.name === name));
    if (file !== parts[0]) {
      return [];
    }
    const bytes = parts.reduce((sum, part) => sum + (part.bytes ?? Number.NaN), 0);
    const known = Number.isNaN(bytes) ? undefined : bytes;
    return [{ ...file, sha256: undefined, bytes: known, parts }];
  });
}
