import { basename } from 'node:path';
import { environmentError } from '../records/error.ts';
import type { Provenance } from '../records/model.ts';
import { madePath } from './cache-folder.ts';
import { findCached, keepInCache } from './cached-file.ts';
import { hashFile } from './checksum.ts';
import { readGguf } from './gguf.ts';
import { findLibllama } from './libllama.ts';
import { completeFile } from './partial-file.ts';
import { isUnquantized, type Quantization } from './quantization.ts';
import { quantize } from './quantize.ts';
import type { ModelSettings } from './settings.ts';
import type { HeldFile } from './sources/source.ts';

/** Weights, and how they are quantized. */
export interface Ingredient extends HeldFile {
  readonly quantization: string;
}

/**
 * Gives `ingredient` in another quantization: from the cache where it was made before, else made
 * now. Throws `EvalkitError` where llama.cpp refuses.
 */
export async function makeQuantization(
  ingredient: Ingredient,
  quantization: Quantization,
  settings: ModelSettings,
): Promise<HeldFile> {
  const { release } = findLibllama();
  const path = madePath(settings.cacheFolder, {
    release,
    fromSha256: ingredient.file.sha256,
    name: madeName(ingredient, quantization),
  });
  const provenance = madeFrom(ingredient, release);
  const cached = await findCached(path, { sha256: undefined, provenance }, settings);
  if (cached.kind === 'held') {
    return cached.held;
  }
  if (settings.isDry === true) {
    throw environmentError(`${basename(path)} is not here; without --dry-run it is made`);
  }
  const { tensors } = await readGguf(ingredient.path);
  const sha256 = await completeFile(path, async (partial) => {
    await quantize({ input: ingredient.path, output: partial, quantization, tensors }, settings);
    // llama.cpp looks at few of its writes: a file that is shorter than its tensors ends here.
    await readGguf(partial);
    return hashFile(partial, settings, basename(path));
  });
  return keepInCache(path, sha256, provenance);
}

/** The name tells what it was made from, wherever the file is copied to. */
function madeName({ file }: HeldFile, quantization: Quantization): string {
  return `${basename(file.name).replace(/\.gguf$/i, '')}-to-${quantization}.gguf`;
}

/** Weights that were rounded before stay rounded, whatever type they are in now. */
function madeFrom(ingredient: Ingredient, release: string): Provenance {
  const isOriginal =
    isUnquantized(ingredient.quantization) && ingredient.provenance.kind !== 'requantized';
  return {
    kind: isOriginal ? 'quantized' : 'requantized',
    from: { ...ingredient.file, quantization: ingredient.quantization },
    llamaCpp: release,
  };
}
