import { basename } from 'node:path';
import { cacheFolder } from '../../options/cache-folder.ts';
import { publishedPath } from '../../models/cache/cache-folder.ts';
import { type CachedModel, cachedKey, joinCached } from '../../models/cache/cached-model.ts';
import { type CatalogueEntry, catalogueRepository } from '../../models/catalogue/catalogue.ts';
import { takeInventory } from '../../models/cache/inventory.ts';
import type { ModelList } from '../../records/models-report.ts';
import type { Host } from '../host.ts';

type Published = ModelList['bases'][number]['files'][number];
type Cached = ModelList['others'][number];

/** All of `evalkit models list`: the catalogue and the cache. Connects to nothing, hashes nothing. */
export async function listModels(host: Host): Promise<ModelList> {
  const folder = cacheFolder(host.env);
  const { bytes, weights } = await takeInventory(folder);
  const cached = joinCached(weights);
  const bases = host.catalogue().map((entry) => describeBase(entry, folder, cached));
  const named = new Set(bases.flatMap(({ files }) => files.map(({ path }) => path)));
  return {
    version: 1,
    cache: { folder, bytes },
    bases,
    others: [...cached.values()].filter(({ path }) => !named.has(path)).map(describeCached),
  };
}

function describeBase(
  entry: CatalogueEntry,
  folder: string,
  cached: ReadonlyMap<string, CachedModel>,
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
      const held = cached.get(cachedKey(publishedPath(folder, file)));
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

function describeCached(file: CachedModel): Cached {
  const { path, bytes, known } = file;
  return { name: basename(path), path, bytes, state: stateOf(file), ...known };
}

function stateOf({ isUntouched, isWhole }: CachedModel): Published['state'] {
  if (!isWhole) {
    return 'incomplete';
  }
  return isUntouched ? 'cached' : 'unchecked';
}
