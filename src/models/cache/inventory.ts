import { readdir, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { environmentError } from '../../records/error.ts';
import type { Provenance } from '../../records/model.ts';
import { reasonOf } from '../../records/system-error.ts';
import { readSidecar, sidecarPath } from './sidecar.ts';
import { isGgufName } from '../gguf/split-file.ts';

/** A weight file of the cache, as its folder entry and its sidecar tell: nothing is hashed. */
export interface CachedWeights {
  /** Absolute path. */
  readonly path: string;
  readonly bytes: number;
  /** What the file was when it was last checked; absent where nobody has. */
  readonly known?: { readonly sha256: string; readonly provenance: Provenance };
  /** False where the file is not the size that it had when it was checked: it is checked again. */
  readonly isUntouched: boolean;
}

/** What lies in the cache. */
export interface Inventory {
  /** All files together, downloads that broke off and data sets included. */
  readonly bytes: number;
  /** Every .gguf that was fetched or made, by path. */
  readonly weights: readonly CachedWeights[];
}

/**
 * Looks through the cache folder; one that does not exist is empty. Throws an environment error for
 * a folder that cannot be read.
 */
export async function takeInventory(cacheFolder: string): Promise<Inventory> {
  const paths = await listFiles(cacheFolder);
  const sizes = await Promise.all(
    paths.map(async (path) => {
      // A file may go while we look.
      const found = await stat(path).catch(() => undefined);
      return { path, bytes: found?.size ?? 0, mtimeMs: found?.mtimeMs ?? 0 };
    }),
  );
  const models = sizes.filter(({ path }) => isWeights(path, cacheFolder));
  return {
    bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    weights: await Promise.all(models.map(describe)),
  };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return [];
    }
    throw environmentError(
      `the cache ${folder} cannot be read (${reasonOf(error)}); name a folder of yours with EVALKIT_CACHE`,
      error,
    );
  }
}

function isWeights(path: string, cacheFolder: string): boolean {
  const inside = path.slice(cacheFolder.length).split(sep).filter(Boolean);
  return (inside[0] === 'hub' || inside[0] === 'made') && isGgufName(path);
}

async function describe(found: {
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
}): Promise<CachedWeights> {
  const { path, bytes, mtimeMs } = found;
  const sidecar = await readSidecar(sidecarPath(path));
  if (sidecar === undefined) {
    return { path, bytes, isUntouched: false };
  }
  const { sha256, provenance } = sidecar;
  const isUntouched = sidecar.bytes === bytes && sidecar.mtimeMs === mtimeMs;
  return { path, bytes, known: { sha256, provenance }, isUntouched };
}
