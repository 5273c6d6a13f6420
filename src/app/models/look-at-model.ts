import { basename } from 'node:path';
import { findBase } from '../../models/catalogue/catalogue.ts';
import type { EngineWeights, ModelItem } from '../../models/item.ts';
import { saysInstruct } from '../../models/repository.ts';
import { EvalkitError } from '../../records/error.ts';
import { sha256Text } from '../../records/hash.ts';
import type { ModelRecord } from '../../records/model.ts';
import { nameOf } from '../humaneval/drafts.ts';
import type { Host } from '../host.ts';
import type { ServedModel } from '../../engines/engine.ts';
import { type Resolving, resolveModels } from './choose.ts';

/** A model as a dry run finds it: present, or in the plan without its file. */
export type ModelAtHand =
  | { readonly record: ModelRecord; readonly path: string; readonly served?: ServedModel }
  | { readonly record: ModelRecord; readonly path: undefined; readonly reason: string };

/** Looks whether models are present, one after the other; fetches and makes nothing. */
export async function lookAtModels(
  items: readonly ModelItem[],
  from: Omit<Resolving, 'isDry'>,
): Promise<ModelAtHand[]> {
  const found: ModelAtHand[] = [];
  for (const item of items) {
    found.push(await lookAtModel(item, from));
  }
  return found;
}

async function lookAtModel(item: ModelItem, from: Omit<Resolving, 'isDry'>): Promise<ModelAtHand> {
  const { host } = from;
  const found = await findHere(item, from);
  return (
    found ?? {
      record: placeholder(item, host),
      path: undefined,
      reason: `${nameOf(item)} is not in the cache; a run fetches it, or makes it here`,
    }
  );
}

/** `undefined` for a model that would first have to be fetched or made. */
async function findHere(
  item: ModelItem,
  from: Omit<Resolving, 'isDry'>,
): Promise<ModelAtHand | undefined> {
  try {
    const [model] = await resolveModels([item], { ...from, isDry: true });
    return model;
  } catch (error) {
    // Of a server that cannot be reached nothing is known, not even what cells there would be.
    if (error instanceof EvalkitError && error.kind === 'environment' && item.kind !== 'served') {
      return undefined;
    }
    throw error;
  }
}

/** Stands in the plan for a model whose file is unknown: no record can have its keys. */
function placeholder(item: ModelItem, host: Host): ModelRecord {
  const name = nameOf(item);
  return {
    base: baseOf(item),
    quantization: 'quantization' in item ? (item.quantization ?? 'unknown') : 'unknown',
    weights: { kind: 'file', name, sha256: sha256Text(`missing ${name}`), bytes: 1 },
    provenance: { kind: 'local' },
    instruct:
      ('base' in item && findBase(item.base, host.catalogue())?.instruct) || saysInstruct(name),
  };
}

/** As the model's record will call it: a local file by its own name. */
function baseOf(item: ModelItem): string {
  switch (item.kind) {
    case 'catalogue':
      return item.base;
    case 'folder':
      return basename(item.path);
    case 'local':
      return basename(item.path).replace(/\.gguf$/i, '');
    case 'hub':
    case 'hub-file':
    case 'hub-label':
      return item.repo;
    case 'made':
      return baseOf(item.from);
    case 'of-engine':
      return baseOfWeights(item.weights);
    case 'served':
      return item.address;
  }
}

function baseOfWeights(weights: EngineWeights): string {
  switch (weights.kind) {
    case 'file':
    case 'folder':
      return basename(weights.path);
    case 'repository':
      return weights.repo;
    case 'gguf':
      return baseOf(weights.from);
  }
}
