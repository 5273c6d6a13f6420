import { environmentError, usageError } from '../records/error.ts';
import type { ModelRecord } from '../records/model.ts';
import { catalogueRepository, findBase } from './catalogue.ts';
import type { ModelContext } from './context.ts';
import { readGguf } from './gguf.ts';
import { hubRepository } from './hub-repository.ts';
import type { ModelItem } from './item.ts';
import { readLocalModel } from './local-file.ts';
import { makeQuantization } from './make.ts';
import { nearestNames } from './nearest-names.ts';
import type { Quantization } from './quantization.ts';
import { type Repository, saysInstruct } from './repository.ts';
import { resolveFromRepository } from './resolve-from-repository.ts';
import { obtain } from './sources/obtain.ts';
import type { HeldFile } from './sources/source.ts';

/** A model that lies on this machine. */
export interface ResolvedModel {
  /** Absolute path. */
  readonly path: string;
  readonly record: ModelRecord;
}

type Item<K extends ModelItem['kind']> = Extract<ModelItem, { kind: K }>;

/**
 * Finds, fetches or makes a model's file; a local item's path is absolute. Throws `EvalkitError`: a usage error for a file or name that
 * is wrong, an environment error where no source can give the bytes.
 */
export async function resolveModel(item: ModelItem, context: ModelContext): Promise<ResolvedModel> {
  switch (item.kind) {
    case 'catalogue':
      return resolveQuantization(knownRepository(item.base), item.quantization, context);
    case 'hub':
      return resolveQuantization(await hubRepository(item, context), item.quantization, context);
    case 'hub-file':
      return resolveHubFile(item, context);
    case 'local':
      return resolveLocal(item, context);
  }
}

function knownRepository(base: string): Repository {
  const entry = findBase(base);
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
  item: Item<'hub-file'>,
  context: ModelContext,
): Promise<ResolvedModel> {
  const { repo, files, instruct } = await hubRepository(item, context);
  const file = files.find(({ name }) => name === item.file);
  if (file === undefined) {
    const nearest = nearestNames(
      item.file,
      files.map(({ name }) => name),
    ).join(', ');
    throw usageError(
      `hf:${repo} has no file ${item.file}; nearest: ${nearest === '' ? 'it has no .gguf at all' : nearest}`,
    );
  }
  const obtained = await obtain(file, context.sources);
  if (obtained.kind === 'refused') {
    throw environmentError(
      `no source has hf:${repo}/${item.file}: ${obtained.reasons.join('; ')}; go online, or name a .gguf by its path`,
    );
  }
  const { quantization } = await readGguf(obtained.held.path);
  const isInstruct = instruct || saysInstruct(item.file);
  return toResolved(obtained.held, { base: repo, quantization, instruct: isInstruct });
}

async function resolveLocal(item: Item<'local'>, context: ModelContext): Promise<ResolvedModel> {
  const model = await readLocalModel(item.path, context);
  const { base, instruct } = model;
  const quantization = item.quantization ?? model.quantization;
  const held =
    quantization === item.quantization && quantization !== model.quantization
      ? await makeQuantization(model, quantization, context)
      : model;
  return toResolved(held, { base, quantization, instruct });
}

function toResolved(
  { path, file, provenance }: HeldFile,
  known: Pick<ModelRecord, 'base' | 'quantization' | 'instruct'>,
): ResolvedModel {
  return { path, record: { ...known, file, provenance } };
}
