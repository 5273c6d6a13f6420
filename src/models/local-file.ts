import { basename, normalize, resolve, sep } from 'node:path';
import { usageError } from '../records/error.ts';
import type { Provenance, WeightFile } from '../records/model.ts';
import { systemCode } from '../records/system-error.ts';
import { localSidecarPath } from './cache/cache-folder.ts';
import { findPublished } from './catalogue/catalogue.ts';
import { hashFile } from './cache/checksum.ts';
import { readGguf } from './gguf/gguf.ts';
import type { Ingredient } from './quantize/make-quantization.ts';
import { saysInstruct } from './repository.ts';
import type { ModelSettings } from './settings.ts';
import {
  isUntouched,
  readSidecar,
  type Sidecar,
  sidecarPath,
  writeSidecar,
} from './cache/sidecar.ts';
import { joinParts, modelNameOf } from './gguf/split-file.ts';

/** A .gguf of the user's, with what can be known of it. */
export interface LocalModel extends Ingredient {
  readonly base: string;
  readonly instruct: boolean;
}

/**
 * Reads and hashes a user's file, or the parts of a model of which it is the first; its checksum is kept in the cache folder. Throws a usage error
 * for a file that is missing or is not a whole GGUF file.
 */
export async function readLocalModel(given: string, settings: ModelSettings): Promise<LocalModel> {
  const path = normalize(given);
  const { quantization, paths } = await readGguf(path);
  const { provenance, ...known } = await identify(path, settings);
  const rest: WeightFile[] = [];
  for (const part of paths.slice(1)) {
    rest.push(asFact(part, await identify(part, settings)));
  }
  const file = joinParts(asFact(path, known), rest);
  const published = findPublished(file.sha256, settings.catalogue);
  const name = modelNameOf(path);
  return {
    path,
    file,
    provenance: published === undefined ? provenance : publishedAs(published.entry),
    quantization: published?.quantization ?? quantization,
    base: published?.entry.name ?? name,
    instruct: published?.entry.instruct ?? saysInstruct(name),
  };
}

/**
 * Hashes any file of the user's; its checksum is kept in the cache folder. Throws a usage error for one
 * that cannot be read.
 */
export async function identifyFile(
  path: string,
  settings: ModelSettings,
): Promise<WeightFile & { readonly provenance: Provenance }> {
  try {
    const { provenance, ...known } = await identify(path, settings);
    return { ...asFact(path, known), provenance };
  } catch (error) {
    if (systemCode(error) === undefined) {
      throw error;
    }
    throw usageError(`${path} cannot be read (${systemCode(error)}); check the path`, error);
  }
}

function asFact(path: string, { sha256, bytes }: Pick<Sidecar, 'sha256' | 'bytes'>): WeightFile {
  return { name: basename(path), sha256, bytes };
}

/** Whether a file's checksum is at hand. */
export async function isHashed(path: string, settings: ModelSettings): Promise<boolean> {
  for (const sidecar of await knownOf(path, settings)) {
    if (await isUntouched(sidecar, path)) {
      return true;
    }
  }
  return false;
}

async function knownOf(path: string, { cacheFolder }: ModelSettings): Promise<Sidecar[]> {
  // A file that evalkit put into its cache has its history beside it.
  const isOurs = path.startsWith(resolve(cacheFolder) + sep);
  const history = isOurs ? await readSidecar(sidecarPath(path)) : undefined;
  const local = await readSidecar(localSidecarPath(cacheFolder, path));
  return [history, local].filter((found) => found !== undefined);
}

async function identify(path: string, settings: ModelSettings): Promise<Sidecar> {
  const localPath = localSidecarPath(settings.cacheFolder, path);
  const known = await knownOf(path, settings);
  for (const sidecar of known) {
    if (await isUntouched(sidecar, path)) {
      return sidecar;
    }
  }
  const sha256 = await hashFile(path, settings);
  const provenance: Provenance = known.find((found) => found.sha256 === sha256)?.provenance ?? {
    kind: 'local',
  };
  return writeSidecar(localPath, { path, sha256, provenance });
}

function publishedAs({ repo, revision }: { repo: string; revision: string }): Provenance {
  return { kind: 'published', repo, revision, via: 'local file' };
}
