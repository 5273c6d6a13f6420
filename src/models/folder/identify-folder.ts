import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usageError } from '../../records/error.ts';
import { sha256Text } from '../../records/hash.ts';
import type { Provenance, Weights } from '../../records/model.ts';
import { reasonOf } from '../../records/system-error.ts';
import { identifyFile, isHashed } from '../local-file.ts';
import type { ModelSettings } from '../settings.ts';
import { type FolderContents, folderFiles } from './folder-files.ts';

type FolderWeights = Extract<Weights, { kind: 'folder' }>;
type FileFact = FolderWeights['files'][number];

/** A folder on this machine. */
export async function localContents(path: string): Promise<FolderContents> {
  try {
    const names = await readdir(path);
    return { called: path, names, read: (name) => readFile(join(path, name), 'utf8') };
  } catch (error) {
    throw usageError(`${path} cannot be read: ${reasonOf(error)}; check the path`, error);
  }
}

/**
 * Checks a folder of safetensors and hashes the files that make its model, each kept in mind by the
 * cache. Throws a usage error as `folderFiles` does.
 */
export async function identifyFolder(
  path: string,
  settings: ModelSettings,
  /** Called before anything is hashed, which takes a second a gigabyte. */
  check: () => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly weights: FolderWeights; readonly provenance: Provenance }> {
  const names = await folderFiles(await localContents(path));
  await check();
  const files: FileFact[] = [];
  const provenances: Provenance[] = [];
  const silent = { ...settings, progress: () => undefined };
  for (const name of names) {
    const file = join(path, name);
    // An empty list of added tokens says as much as none.
    if ((await stat(file)).size === 0) {
      continue;
    }
    const isLong = name.endsWith('.safetensors');
    const { provenance, ...fact } = await identifyFile(file, isLong ? settings : silent);
    files.push({ ...fact, name });
    provenances.push(provenance);
  }
  return { weights: folderWeights(basename(path), files), provenance: shared(provenances) };
}

/** Whether all checksums of a folder are at hand, so that none of its files has to be read. */
export async function isIdentified(path: string, settings: ModelSettings): Promise<boolean> {
  for (const name of await folderFiles(await localContents(path))) {
    if (!(await isHashed(join(path, name), settings))) {
      return false;
    }
  }
  return true;
}

/** A folder as a fact, by those of its files. */
export function folderWeights(name: string, files: readonly FileFact[]): FolderWeights {
  const sorted = files.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return {
    kind: 'folder',
    name,
    sha256: sha256Text(sorted.map((file) => `${file.sha256}  ${file.name}\n`).join('')),
    bytes: sorted.reduce((sum, { bytes }) => sum + bytes, 0),
    files: sorted,
  };
}

/** What all files have come from; of files of several origins nothing is known. */
function shared(provenances: readonly Provenance[]): Provenance {
  const [first = { kind: 'local' }, ...rest] = provenances;
  const text = JSON.stringify(first);
  return rest.every((one) => JSON.stringify(one) === text) ? first : { kind: 'local' };
}
