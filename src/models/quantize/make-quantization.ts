import { basename } from 'node:path';
import { environmentError } from '../../records/error.ts';
import type { Conversion, Provenance } from '../../records/model.ts';
import { madePath } from '../cache/cache-folder.ts';
import { type CachedFile, findCached, keepInCache } from '../cache/cached-file.ts';
import { hashFile } from '../cache/checksum.ts';
import { withFileLock } from '../../files/file-lock.ts';
import { readGguf } from '../gguf/gguf.ts';
import { findLibllama } from './libllama.ts';
import { completeFile } from '../cache/partial-file.ts';
import { isUnquantized } from '../quantization.ts';
import { quantize } from './quantize.ts';
import { checkRecipe, type Recipe } from './recipe.ts';
import type { ModelSettings } from '../settings.ts';
import type { HeldFile } from '../sources/source.ts';
import { modelNameOf } from '../gguf/split-file.ts';

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
  recipe: Recipe,
  settings: ModelSettings,
): Promise<HeldFile> {
  checkRecipe(recipe.quantization, recipe.imatrix?.path, ingredient.file.name);
  const { release } = findLibllama();
  const path = madePath(settings.cacheFolder, {
    release,
    fromSha256: ingredient.file.sha256,
    name: madeName(ingredient, recipe),
  });
  const provenance = madeFrom(ingredient, recipe, release);
  const find = (): Promise<CachedFile> =>
    findCached(path, { sha256: undefined, bytes: undefined, provenance }, settings);
  const cached = await find();
  if (cached.kind === 'held') {
    return cached.held;
  }
  if (settings.isDry === true) {
    throw environmentError(`${basename(path)} is missing; a run without --dry-run makes it`);
  }
  if (cached.kind === 'wrong') {
    settings.progress({ kind: 'warning', text: `cache: ${cached.reason}; it is made again` });
  }
  return withFileLock(path, settings, async ({ signal }) => {
    // Another process may have made it while this one waited.
    const again = await find();
    return again.kind === 'held'
      ? again.held
      : make(path, { ingredient, recipe, provenance }, { ...settings, signal });
  });
}

async function make(
  path: string,
  job: {
    readonly ingredient: Ingredient;
    readonly recipe: Recipe;
    readonly provenance: Provenance;
  },
  settings: ModelSettings,
): Promise<HeldFile> {
  const { ingredient, recipe, provenance } = job;
  const { tensors } = await readGguf(ingredient.path);
  const sha256 = await completeFile(path, async (partial) => {
    const { quantization, imatrix } = recipe;
    const input = ingredient.path;
    const files = { input, output: partial, imatrix: imatrix?.path };
    await quantize({ ...files, quantization, tensors }, settings);
    // llama.cpp looks at few of its writes: a file that is shorter than its tensors ends here.
    await readGguf(partial);
    return hashFile(partial, settings, basename(path));
  });
  return keepInCache(path, sha256, provenance);
}

/** The name tells what it was made from and how, wherever the file is copied to. */
function madeName({ file }: HeldFile, { quantization, imatrix }: Recipe): string {
  const weighed = imatrix === undefined ? '' : `-imatrix-${imatrix.fact.sha256.slice(0, 12)}`;
  return `${modelNameOf(file.name)}-to-${quantization}${weighed}.gguf`;
}

/** Weights that were rounded before stay rounded, whatever type they are in now. */
function madeFrom(ingredient: Ingredient, recipe: Recipe, release: string): Provenance {
  const isOriginal =
    isUnquantized(ingredient.quantization) && ingredient.provenance.kind !== 'requantized';
  const { imatrix } = recipe;
  const { file, quantization } = ingredient;
  return {
    kind: isOriginal ? 'quantized' : 'requantized',
    from: { ...file, quantization, ...conversionOf(ingredient) },
    tool: `llama.cpp ${release}`,
    ...(imatrix === undefined ? {} : { imatrix: imatrix.fact }),
  };
}

function conversionOf({ provenance }: Ingredient): { converted?: Conversion } {
  if (provenance.kind !== 'converted') {
    return {};
  }
  const { kind: _, ...converted } = provenance;
  return { converted };
}
