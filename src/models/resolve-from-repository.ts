import { environmentError, usageError } from '../records/error.ts';
import type { ModelContext } from './context.ts';
import { convertRepository } from './convert/convert-repository.ts';
import { type Ingredient, makeQuantization } from './quantize/make-quantization.ts';
import { distanceFromOriginal, type Quantization } from './quantization.ts';
import { checkRecipe } from './quantize/recipe.ts';
import { fileNames, type PublishedFile, type Repository } from './repository.ts';
import type { Obtained } from './sources/obtain.ts';
import type { HeldFile } from './sources/source.ts';
import { liesBeside } from './gguf/other-files.ts';
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
  if (ingredient.quantization === quantization) {
    return ingredient;
  }
  context.progress({
    kind: 'note',
    text: `${item}: no published file (${obtained.reasons.join('; ')}); one made here from ${ingredient.file.name} stands in`,
  });
  return makeQuantization(ingredient, { quantization, imatrix: undefined }, context);
}

function nothingFound(
  { repo, files, others }: Repository,
  item: string,
  obtained: Extract<Obtained, { kind: 'refused' }>,
): Error {
  if (files.length === 0 && others[0] !== undefined) {
    const { name, what } = others[0];
    return usageError(`hf:${repo} holds no model: its ${name} is ${what}; name another repository`);
  }
  if (files.length > 0 && files.every((file) => file.quantization === undefined)) {
    return usageError(
      `${item}: ${obtained.reasons.join('; ')}, and no file's name says which quantization it is; name one of them: ${fileNames({ repo, files })}`,
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
  repository: Repository,
  quantization: Quantization,
): PublishedFile | undefined {
  const { repo } = repository;
  const found = modelsOf(repository).filter((file) => file.quantization === quantization);
  const [file, second] = found;
  if (file !== undefined && second !== undefined) {
    throw usageError(
      `hf:${repo} has ${found.length} files of ${quantization}; name one: ${fileNames({ repo, files: found })}`,
    );
  }
  return file;
}

/** Without adapters and drafts that lie beside a model; where all are such, they are what it is about. */
function modelsOf({ files }: Repository): readonly PublishedFile[] {
  const models = files.filter(({ name }) => !liesBeside(name));
  return models.length > 0 ? models : files;
}

/**
 * The first available file, from the nearest to the original weights on; of a repository without any,
 * its safetensors, converted. `undefined`: no source has any.
 */
export async function findIngredient(
  repository: Repository,
  unwanted: Quantization | undefined,
  context: ModelContext,
): Promise<Ingredient | undefined> {
  const byNearness = modelsOf(repository)
    .flatMap((file) => (file.quantization === undefined ? [] : [{ file, name: file.quantization }]))
    .filter(({ file, name }) => name !== unwanted && missingPart(file) === undefined)
    .toSorted((a, b) => distanceFromOriginal(a.name) - distanceFromOriginal(b.name));
  for (const { file, name } of byNearness) {
    const obtained = await obtainModel(file, context);
    if (obtained.kind === 'given') {
      return { ...obtained.held, quantization: name };
    }
  }
  if (repository.files.length === 0 && repository.foreign.length > 0) {
    return convertRepository(repository, unwanted, context);
  }
  return undefined;
}
