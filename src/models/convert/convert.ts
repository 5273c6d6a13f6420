import { basename } from 'node:path';
import { environmentError, usageError } from '../../records/error.ts';
import type { Conversion, Provenance, WeightFile } from '../../records/model.ts';
import { madePath } from '../cache/cache-folder.ts';
import { type CachedFile, findCached, keepInCache } from '../cache/cached-file.ts';
import { hashFile } from '../cache/checksum.ts';
import { withFileLock } from '../../files/file-lock.ts';
import { completeFile } from '../cache/partial-file.ts';
import { storedType } from '../folder/stored-type.ts';
import { folderFiles } from '../folder/folder-files.ts';
import { identifyFolder, isIdentified, localContents } from '../folder/identify-folder.ts';
import { readGguf } from '../gguf/gguf.ts';
import { isUnquantized, type Quantization } from '../quantization.ts';
import type { Ingredient } from '../quantize/make-quantization.ts';
import type { ModelSettings } from '../settings.ts';
import type { HeldFile } from '../sources/source.ts';
import { AWKWARD_TEXTS } from './awkward-texts.ts';
import type { Converter } from './converter.ts';
import type { ConvertMessage, ConvertRequest, Looked } from './messages.ts';
import { askConverter } from './program.ts';

/** Raised whenever the same folder could give another file: it is part of the file's place. */
const VERSION = '1';

/** A folder, and whose it is. */
export interface ConversionSource {
  readonly folder: string;
  /** The model's name, as `owner/repo` or the folder's own. */
  readonly name: string;
  /** What the user named, for errors. */
  readonly item: string;
  /** Where it came from. */
  readonly published?: { readonly repo: string; readonly revision: string };
}

/**
 * Gives a folder of safetensors as GGUF, unquantized: from the cache where it was made before, else made
 * and checked now. `type`: absent, bf16 where the weights are, else f16. Throws a usage error for a
 * folder that cannot be converted.
 */
export async function convertFolder(
  source: ConversionSource,
  type: Quantization | undefined,
  settings: ModelSettings,
): Promise<Ingredient> {
  const shards = (await folderFiles(await localContents(source.folder))).filter(isShard);
  if (!(await isIdentified(source.folder, settings))) {
    // Before gigabytes are hashed.
    await lookAtFolder({ folder: source.folder, shards }, source.item, settings);
  }
  const native = (await storedType(source.folder, shards)) === 'bf16' ? 'bf16' : 'f16';
  const quantization = type !== undefined && isUnquantized(type) ? type : native;
  const { weights: fact } = await identifyFolder(source.folder, settings);
  const path = madePath(settings.cacheFolder, {
    release: `convert-${VERSION}`,
    fromSha256: fact.sha256,
    name: `${basename(source.name)}-${quantization}.gguf`,
  });
  // What lies there without its history was not checked: it is made again.
  const find = (): Promise<CachedFile> =>
    findCached(
      path,
      { sha256: undefined, bytes: undefined, provenance: { kind: 'local' } },
      settings,
    );
  const cached = await find();
  if (cached.kind === 'held') {
    return { ...cached.held, quantization };
  }
  if (settings.isDry === true) {
    throw environmentError(`${basename(path)} is missing; a run without --dry-run makes it`);
  }
  const job = { source, shards, fact, quantization, path };
  const held = await withFileLock(path, settings, async ({ signal }) => {
    // Another process may have made it while this one waited.
    const again = await find();
    return again.kind === 'held' ? again.held : make(job, { ...settings, signal });
  });
  return { ...held, quantization };
}

/** Throws a usage error for a folder that cannot be converted; without `shards`, its weights apart. */
export async function lookAtFolder(
  folder: Pick<ConvertRequest, 'folder' | 'shards'>,
  item: string,
  settings: ModelSettings,
): Promise<void> {
  const python = await converterOf(settings).python();
  await askConverter({ ...folder, texts: [] }, { python, item }, settings);
}

interface Job {
  readonly source: ConversionSource;
  readonly shards: readonly string[];
  readonly fact: WeightFile;
  readonly quantization: Quantization;
  readonly path: string;
}

async function make(job: Job, settings: ModelSettings): Promise<HeldFile> {
  const { source, path } = job;
  const converter = converterOf(settings);
  const python = await converter.python();
  const made = await completeFile(path, async (partial) => {
    const looked = await write(job, { python, partial }, settings);
    await readGguf(partial);
    for (const note of looked.notes) {
      settings.progress({ kind: 'note', text: `${source.item}: ${note}` });
    }
    const checks = await converter.check({
      file: partial,
      folder: source.folder,
      item: source.item,
      texts: AWKWARD_TEXTS,
      tokens: looked.tokens,
    });
    const sha256 = await hashFile(partial, settings, basename(path));
    return { sha256, provenance: provenanceOf(job, looked, checks) };
  });
  return keepInCache(path, made.sha256, made.provenance);
}

async function write(
  { source, shards, quantization, path }: Job,
  { python, partial }: { readonly python: string; readonly partial: string },
  settings: ModelSettings,
): Promise<Looked> {
  const { item, folder } = source;
  const step = `${item} to ${basename(path)}`;
  const onProgress = (message: Extract<ConvertMessage, { kind: 'started' | 'tensor' }>): void =>
    message.kind === 'started'
      ? settings.progress({ kind: 'step-started', step, unit: 'tensors', total: message.total })
      : settings.progress({ kind: 'step-advanced', step, done: message.done });
  try {
    return await askConverter(
      {
        folder,
        shards,
        output: partial,
        type: quantization,
        texts: AWKWARD_TEXTS,
      },
      { python, item, onProgress },
      settings,
    );
  } finally {
    settings.progress({ kind: 'step-ended', step });
  }
}

function provenanceOf(
  { source, fact }: Job,
  { packages, notes }: Looked,
  checks: readonly string[],
): Provenance {
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  const { sha256, bytes } = fact;
  const conversion: Conversion = {
    from: { name: source.name, sha256, bytes, ...source.published },
    tool: `evalkit's converter ${VERSION} (${versions.join(', ')})`,
    checks: [...checks, ...notes],
  };
  return { kind: 'converted', ...conversion };
}

function converterOf({ converter }: ModelSettings): Converter {
  if (converter === undefined) {
    throw usageError('folders of safetensors are not converted here; name a .gguf');
  }
  return converter;
}

function isShard(name: string): boolean {
  return name.endsWith('.safetensors');
}
