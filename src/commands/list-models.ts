import { basename } from 'node:path';
import { cacheFolder } from '../config/cache-folder.ts';
import { publishedPath } from '../models/cache-folder.ts';
import { CATALOGUE, type CatalogueEntry, catalogueRepository } from '../models/catalogue.ts';
import { type CachedWeights, takeInventory } from '../models/inventory.ts';
import type { ModelList } from '../records/models-report.ts';
import type { Host } from './host.ts';

type Published = ModelList['bases'][number]['files'][number];
type Cached = ModelList['others'][number];

/** All of `evalkit models list`: the catalogue and the cache. Connects to nothing, hashes nothing. */
export async function listModels(host: Host): Promise<ModelList> {
  const folder = cacheFolder(host.env);
  const { bytes, weights } = await takeInventory(folder);
  const byPath = new Map(weights.map((file) => [file.path, file]));
  const bases = CATALOGUE.map((entry) => describeBase(entry, folder, byPath));
  const named = new Set(bases.flatMap(({ files }) => files.map(({ path }) => path)));
  return {
    version: 1,
    cache: { folder, bytes },
    bases,
    others: weights.filter(({ path }) => !named.has(path)).map(describeCached),
  };
}

function describeBase(
  entry: CatalogueEntry,
  folder: string,
  cached: ReadonlyMap<string, CachedWeights>,
): ModelList['bases'][number] {
  const { name, repo, revision, licence } = entry;
  const { files } = catalogueRepository(entry);
  return {
    name,
    repo,
    revision,
    licence,
    files: files.map((file): Published => {
      const quantization = file.quantization ?? 'unknown';
      const held = cached.get(publishedPath(folder, file));
      return held === undefined
        ? { quantization, name: file.name, bytes: file.bytes ?? null, state: 'absent' }
        : {
            quantization,
            name: file.name,
            bytes: held.bytes,
            state: stateOf(held),
            path: held.path,
          };
    }),
  };
}

function describeCached(file: CachedWeights): Cached {
  const { path, bytes, known } = file;
  return { name: basename(path), path, bytes, state: stateOf(file), ...known };
}

function stateOf({ isUntouched }: CachedWeights): Published['state'] {
  return isUntouched ? 'cached' : 'unchecked';
}
