import { environmentError, usageError } from '../records/error.ts';
import type { ModelContext } from './context.ts';
import { makeQuantization, type Ingredient } from './make.ts';
import { distanceFromOriginal, type Quantization } from './quantization.ts';
import type { PublishedFile, Repository } from './repository.ts';
import { obtain } from './sources/obtain.ts';
import type { HeldFile } from './sources/source.ts';

/**
 * One quantization of a repository's model: the published file where a source has it, else made here
 * from the file nearest to the original weights that a source has.
 */
export async function resolveFromRepository(
  repository: Repository,
  quantization: Quantization,
  context: ModelContext,
): Promise<HeldFile> {
  const published = findPublished(repository, quantization);
  const obtained =
    published === undefined
      ? ({ kind: 'refused', reasons: ['it is not published'] } as const)
      : await obtain(published, context.sources);
  if (obtained.kind === 'given') {
    return obtained.held;
  }
  const item = `${repository.base}:${quantization}`;
  const ingredient = await findIngredient(repository, quantization, context);
  if (ingredient === undefined) {
    throw environmentError(
      `no source has ${item}: ${obtained.reasons.join('; ')}; nor any other file of ${repository.repo} to make it from; go online, or name a .gguf by its path`,
    );
  }
  context.progress({
    kind: 'note',
    text: `${item}: no published file (${obtained.reasons.join('; ')}); one made here from ${ingredient.file.name} stands in`,
  });
  return makeQuantization(ingredient, quantization, context);
}

function findPublished(
  { repo, files }: Repository,
  quantization: Quantization,
): PublishedFile | undefined {
  const found = files.filter((file) => file.quantization === quantization);
  const [file, second] = found;
  if (file === undefined) {
    return undefined;
  }
  if (isPart(file)) {
    throw usageError(
      `hf:${repo} has ${quantization} in ${found.length} parts (${file.name}, …); download them, join them with llama.cpp's llama-gguf-split --merge, and name the .gguf by its path`,
    );
  }
  if (second !== undefined) {
    throw usageError(
      `hf:${repo} has ${found.length} files of ${quantization}; name one: ${found.map(({ name }) => `hf:${repo}/${name}`).join(', ')}`,
    );
  }
  return file;
}

/** The first file at hand, from the nearest to the original weights on. */
async function findIngredient(
  { files }: Repository,
  unwanted: Quantization,
  context: ModelContext,
): Promise<Ingredient | undefined> {
  const byNearness = files
    .flatMap((file) => (file.quantization === undefined ? [] : [{ file, name: file.quantization }]))
    .filter(({ file, name }) => name !== unwanted && !isPart(file))
    .toSorted((a, b) => distanceFromOriginal(a.name) - distanceFromOriginal(b.name));
  for (const { file, name } of byNearness) {
    const obtained = await obtain(file, context.sources);
    if (obtained.kind === 'given') {
      return { ...obtained.held, quantization: name };
    }
  }
  return undefined;
}

/** One of several files that llama.cpp's llama-gguf-split cut a model into. */
function isPart({ name }: PublishedFile): boolean {
  return /-\d{5}-of-\d{5}\.gguf$/i.test(name);
}
