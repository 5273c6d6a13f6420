import type { CachedWeights } from './inventory.ts';
import { joinParts, parseSplitName } from '../gguf/split-file.ts';

/** A model of the cache: a file on its own, or what is present of one that was cut into several. */
export interface CachedModel extends CachedWeights {
  /** False where parts of it are missing. `path` is then that of the first that is present. */
  readonly isWhole: boolean;
}

/** Puts the parts of each model together: sizes add up, checksums are joined. Keys: `cachedKey`. */
export function joinCached(weights: readonly CachedWeights[]): ReadonlyMap<string, CachedModel> {
  const groups = Map.groupBy(weights, ({ path }) => cachedKey(path));
  return new Map([...groups].map(([key, files]) => [key, join(files)]));
}

/** Of a model's path, or of any of its parts. */
export function cachedKey(path: string): string {
  const split = parseSplitName(path);
  return split === undefined ? path : `${split.prefix} of ${split.parts}`;
}

function join(files: readonly CachedWeights[]): CachedModel {
  const parts = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const [first, ...rest] = parts;
  if (first === undefined) {
    throw new Error('no parts');
  }
  const isWhole = parts.length === (parseSplitName(first.path)?.parts ?? 1);
  if (rest.length === 0) {
    return { ...first, isWhole };
  }
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const isUntouched = parts.every((part) => part.isUntouched);
  const known = joinKnown(parts);
  return {
    path: first.path,
    bytes,
    isUntouched,
    isWhole,
    ...(known === undefined ? {} : { known }),
  };
}

/** `undefined` where one was never checked. */
function joinKnown(parts: readonly CachedWeights[]): CachedWeights['known'] {
  const facts = parts.flatMap(({ path, bytes, known }) =>
    known === undefined ? [] : [{ name: path, bytes, sha256: known.sha256 }],
  );
  const [first, ...rest] = facts;
  const provenance = parts[0]?.known?.provenance;
  return first === undefined || provenance === undefined || facts.length < parts.length
    ? undefined
    : { sha256: joinParts(first, rest).sha256, provenance };
}
