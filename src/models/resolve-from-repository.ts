import { environmentError, usageError } from '../records/error.ts';
import type { ModelContext } from './context.ts';
import { CONVERSION_HINT } from './quantize/conversion-hint.ts';
import { type Ingredient, makeQuantization } from './quantize/make-quantization.ts';
import { distanceFromOriginal, type Quantization } from './quantization.ts';
import { checkRecipe } from './quantize/recipe.ts';
import type { PublishedFile, Repository } from './repository.ts';
import type { Obtained } from './sources/obtain.ts';
import type { HeldFile } from './sources/source.ts';
import { missingPart, obtainModel } from './gguf/split-model.ts';

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
  const obtained: Obtained =
    published === undefined
      ? { kind: 'refused', reasons: ['it is not published'] }
      : await obtainModel(published, context);
  if (obtained.kind === 'given') {
    return obtained.held;
  }
  const item = `${repository.base}:${quantization}`;
  checkRecipe(quantization, undefined, item);
  const ingredient = await findIngredient(repository, quantization, context);
  if (ingredient === undefined) {
    throw nothingFound(repository, item, obtained);
  }
  context.progress({
    kind: 'note',
    text: `${item}: no published file (${obtained.reasons.join('; ')}); one made here from ${ingredient.file.name} stands in`,
  });
  return makeQuantization(ingredient, { quantization, imatrix: undefined }, context);
}

function nothingFound(
  { repo, files, foreign }: Repository,
  item: string,
  obtained: Extract<Obtained, { kind: 'refused' }>,
): Error {
  const [example] = foreign;
  if (files.length === 0 && example !== undefined) {
    return usageError(
      `hf:${repo} holds no GGUF file but weights in another format (${example}); download it and ${CONVERSION_HINT}`,
    );
  }
  if (obtained.unwritable !== undefined) {
    return environmentError(`${item}: ${obtained.unwritable.message}`, obtained.unwritable);
  }
  return environmentError(
    `no source has ${item}: ${obtained.reasons.join('; ')}; nor any other file of ${repo} to make it from; go online, or name a .gguf by its path`,
  );
}

function findPublished(
  { repo, files }: Repository,
  quantization: Quantization,
): PublishedFile | undefined {
  const found = files.filter((file) => file.quantization === quantization);
  const [file, second] = found;
  if (file !== undefined && second !== undefined) {
    throw usageError(
      `hf:${repo} has ${found.length} files of ${quantization}; name one: ${found.map(({ name }) => `hf:${repo}/${name}`).join(', ')}`,
    );
  }
  return file;
}

/**
 * The first available file, from the nearest to the original weights on; `undefined`: no source has
 * any.
 */
export async function findIngredient(
  { files }: Repository,
  unwanted: Quantization | undefined,
  context: ModelContext,
): Promise<Ingredient | undefined> {
  const byNearness = files
    .flatMap((file) => (file.quantization === undefined ? [] : [{ file, name: file.quantization }]))
    .filter(({ file, name }) => name !== unwanted && missingPart(file) === undefined)
    .toSorted((a, b) => distanceFromOriginal(a.name) - distanceFromOriginal(b.name));
  for (const { file, name } of byNearness) {
    const obtained = await obtainModel(file, context);
    if (obtained.kind === 'given') {
      return { ...obtained.held, quantization: name };
    }
  }
  return undefined;
}
