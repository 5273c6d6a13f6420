import { basename } from 'node:path';
import { environmentError, usageError } from '../records/error.ts';
import type { ModelRecord } from '../records/model.ts';
import { catalogueRepository, findBase } from './catalogue/catalogue.ts';
import type { ModelContext } from './context.ts';
import { convertFolder } from './convert/convert.ts';
import { readGguf } from './gguf/gguf.ts';
import { hubRepository } from './sources/hub/repository.ts';
import type { FileItem } from './item.ts';
import { resolveForEngine } from './folder/resolve-folder.ts';
import { readLocalModel } from './local-file.ts';
import { makeQuantization } from './quantize/make-quantization.ts';
import { nearestNames } from './nearest-names.ts';
import { hasLabel, type Quantization } from './quantization.ts';
import { openImatrix, type Recipe } from './quantize/recipe.ts';
import { fileNames, type PublishedFile, type Repository, saysInstruct } from './repository.ts';
import { resolveFromRepository } from './resolve-from-repository.ts';
import type { HeldFile } from './sources/source.ts';
import { obtainModel } from './gguf/split-model.ts';

/** A model that lies on this machine. */
export interface ResolvedModel {
  /** Absolute path. */
  readonly path: string;
  readonly record: ModelRecord;
}

type Item<K extends FileItem['kind']> = Extract<FileItem, { kind: K }>;

/**
 * Finds, fetches or makes a model's file; a local item's path is absolute. Throws `EvalkitError`: a
 * usage error for a file or name that is wrong, an environment error where no source can give the
 * bytes.
 */
export async function resolveModel(item: FileItem, context: ModelContext): Promise<ResolvedModel> {
  switch (item.kind) {
    case 'catalogue':
      return resolveQuantization(knownRepository(item.base, context), item.quantization, context);
    case 'hub':
      return resolveQuantization(await hubRepository(item, context), item.quantization, context);
    case 'hub-file':
    case 'hub-label':
      return resolveHubFile(item, context);
    case 'local':
      return resolveLocal(item, context);
    case 'folder':
      return resolveFolder(item, context);
    case 'made':
      return resolveMade(item, context);
    case 'of-engine':
      return resolveForEngine(item, context, (from) => resolveModel(from, context));
  }
}

/** The files of a base that has a name. Throws a usage error for a name that there is not. */
export function knownRepository(base: string, { catalogue }: ModelContext): Repository {
  const entry = findBase(base, catalogue);
  if (entry === undefined) {
    throw usageError(`no base of the catalogue is called ${base}`);
  }
  return catalogueRepository(entry);
}

async function resolveQuantization(
  repository: Repository,
  quantization: Quantization,
  context: ModelContext,
): Promise<ResolvedModel> {
  const held = await resolveFromRepository(repository, quantization, context);
  const { base, instruct } = repository;
  return toResolved(held, { base, quantization, instruct });
}

async function resolveHubFile(
  item: Item<'hub-file' | 'hub-label'>,
  context: ModelContext,
): Promise<ResolvedModel> {
  const repository = await hubRepository(item, context);
  const { repo, instruct } = repository;
  const file =
    item.kind === 'hub-file' ? findHubFile(item, repository) : findLabelled(item, repository);
  const obtained = await obtainModel(file, context);
  if (obtained.kind === 'refused') {
    if (obtained.unwritable !== undefined) {
      throw obtained.unwritable;
    }
    throw environmentError(
      `no source has hf:${repo}/${file.name}: ${obtained.reasons.join('; ')}; go online, or name a .gguf by its path`,
    );
  }
  const { quantization } = await readGguf(obtained.held.path);
  const isInstruct = instruct || saysInstruct(file.name);
  return toResolved(obtained.held, { base: repo, quantization, instruct: isInstruct });
}

/** The file that has a publisher's label in its name. */
function findLabelled({ label }: Item<'hub-label'>, repository: Repository): PublishedFile {
  const { repo, files } = repository;
  const found = files.filter(({ name }) => hasLabel(name, label));
  const [file, second] = found;
  if (file === undefined) {
    throw usageError(
      files.length === 0
        ? `hf:${repo} has no ${label} and no .gguf of a model at all`
        : `hf:${repo} has no ${label}; name one of its files: ${fileNames(repository)}`,
    );
  }
  if (second !== undefined) {
    throw usageError(
      `hf:${repo} has ${found.length} files of ${label}; name one: ${fileNames({ repo, files: found })}`,
    );
  }
  return file;
}

function findHubFile(
  item: Item<'hub-file'>,
  { repo, files, others, foreign }: Repository,
): PublishedFile {
  const other = others.find(({ name }) => name === item.file);
  if (other !== undefined) {
    throw usageError(
      `hf:${repo}/${other.name} is ${other.what}, not a model that generates text; name a model's file: ${fileNames({ repo, files })}`,
    );
  }
  const file = files.find(({ name, parts }) =>
    [name, ...(parts ?? []).map((part) => part.name)].includes(item.file),
  );
  if (file === undefined) {
    const names = files.map(({ name }) => name);
    const [example] = foreign;
    const holding =
      names.length > 0
        ? `nearest: ${nearestNames(item.file, names).join(', ')}`
        : `it has no .gguf at all${example === undefined ? '' : ` but ${example}; name hf:${repo}:f16, and it is converted`}`;
    throw usageError(`hf:${repo} has no file ${item.file}; ${holding}`);
  }
  if (file.name !== item.file) {
    throw usageError(`hf:${repo}/${item.file} is not the first part; name hf:${repo}/${file.name}`);
  }
  return file;
}

async function resolveLocal(item: Item<'local'>, context: ModelContext): Promise<ResolvedModel> {
  const model = await readLocalModel(item.path, context);
  const { base, instruct } = model;
  const quantization = item.quantization ?? model.quantization;
  const held =
    item.quantization === undefined || item.quantization === model.quantization
      ? model
      : await makeQuantization(
          model,
          { quantization: item.quantization, imatrix: undefined },
          context,
        );
  return toResolved(held, { base, quantization, instruct });
}

async function resolveFolder(
  { path, quantization }: Item<'folder'>,
  context: ModelContext,
): Promise<ResolvedModel> {
  const base = basename(path);
  const source = { folder: path, name: base, item: path };
  const ingredient = await convertFolder(source, quantization, context);
  const wanted = quantization ?? ingredient.quantization;
  const held =
    quantization === undefined || quantization === ingredient.quantization
      ? ingredient
      : await makeQuantization(ingredient, { quantization, imatrix: undefined }, context);
  return toResolved(held, { base, quantization: wanted, instruct: saysInstruct(base) });
}

async function resolveMade(item: Item<'made'>, context: ModelContext): Promise<ResolvedModel> {
  const { quantization } = item;
  const imatrix = item.imatrix === undefined ? undefined : await openImatrix(item.imatrix, context);
  return makeModel(await resolveModel(item.from, context), { quantization, imatrix }, context);
}

/** The file itself where it is of the wanted quantization already: making it again would round it. */
export async function makeModel(
  original: ResolvedModel,
  recipe: Recipe,
  context: ModelContext,
): Promise<ResolvedModel> {
  const { path, record } = original;
  const { quantization, imatrix } = recipe;
  if (record.quantization === quantization && imatrix === undefined) {
    return original;
  }
  const { weights, provenance, base, instruct } = record;
  if (weights.kind !== 'file') {
    throw usageError(`${weights.name} is not a file that can be quantized; name a .gguf`);
  }
  const { kind: _, ...file } = weights;
  const ingredient = { path, file, provenance, quantization: record.quantization };
  const held = await makeQuantization(ingredient, recipe, context);
  return toResolved(held, { base, quantization, instruct });
}

/** A file on this machine as a model, with what its header says. */
export async function toResolved(
  { path, file, provenance }: HeldFile,
  known: Pick<ModelRecord, 'base' | 'quantization' | 'instruct'>,
): Promise<ResolvedModel> {
  const { summary } = await readGguf(path);
  const tensors = summary === undefined ? {} : { tensors: summary };
  return { path, record: { ...known, weights: { kind: 'file', ...file }, provenance, ...tensors } };
}
