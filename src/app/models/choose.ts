import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { about } from '../../options/message.ts';
import { labelOf, type OptionReference } from '../../options/option.ts';
import { cacheFolder } from '../../options/cache-folder.ts';
import type { ServedModel } from '../../engines/engine.ts';
import { ENGINE_FORMS } from '../../engines/index.ts';
import { DEFAULT_BASE, findBase } from '../../models/catalogue/catalogue.ts';
import { folderFiles } from '../../models/folder/folder-files.ts';
import { localContents } from '../../models/folder/identify-folder.ts';
import { readHubAddress } from '../../models/hub-address.ts';
import { hubSettings } from '../../models/hub-settings.ts';
import { createModelContext, type ModelContext } from '../../models/context.ts';
import {
  holdsForeignWeights,
  isFolder,
  refuseForeignWeights,
  refuseMissing,
} from '../../models/foreign-weights.ts';
import {
  type BaseItem,
  type ModelItem,
  parseBase,
  parseMadeItem,
  parseModelItem,
  type SourceItem,
} from '../../models/item.ts';
import { parseEngineText, parseRepository } from '../../models/engine-item.ts';
import { DEFAULT_MODEL, modelOptions, quantizeFromOption } from '../../models/options.ts';
import { parseQuantization } from '../../models/quantization.ts';
import { type ResolvedModel, resolveModel } from '../../models/resolve.ts';
import { isEndpoint, parseEndpoint } from '../../records/endpoint.ts';
import { usageError } from '../../records/error.ts';
import { PIP_PYTHON } from '../data.ts';
import { createConverter } from '../convert/converter.ts';
import type { OpenedEngine } from '../engines.ts';
import type { Host } from '../host.ts';
import { lookAtServed } from './served.ts';
import { type BaseUse, refuseIdleBase } from './idle-base.ts';

/** The options that name models. */
export interface ModelChoice extends BaseUse {
  /** Path of an importance matrix for what is made by `quantizeFrom`. */
  readonly imatrix?: string | undefined;
}

/** The options that decide how model files are got. */
export interface ModelAccess {
  readonly offline: boolean;
  readonly threads?: number | undefined;
  readonly python?: string | undefined;
  readonly enginePython?: string | undefined;
}

/**
 * Reads `--base`, `--model` and `--quantize-from`, before anything is fetched. Throws a usage error too for
 * a file that is not there, and for one model that is named twice.
 */
export function chooseModels(
  options: ModelChoice,
  host: Host,
  flag: OptionReference = modelOptions.model,
): ModelItem[] {
  const items = readModels(options, host, flag);
  refuseIdleBase(options);
  const names = options.model ?? [];
  for (const [index, item] of items.entries()) {
    const twin = items.slice(0, index).findIndex((other) => isDeepStrictEqual(item, other));
    if (twin !== -1) {
      const spelt = names[twin] === names[index] ? '' : ` (as ${names[twin]})`;
      throw usageError(
        about`${flag} names ${names[index] ?? ''} twice${spelt}; name each model once`,
      );
    }
  }
  return items;
}

/** Says which base or file the quantizations that were named are of. */
export function noteModels(options: ModelChoice, host: Host): void {
  const names = options.model ?? [DEFAULT_MODEL];
  if (options.quantizeFrom !== undefined) {
    const text = `every quantization is made here from ${options.quantizeFrom}`;
    host.progress({ kind: 'note', text });
    return;
  }
  const base = chooseBase(options, host);
  const isBaseItself = options.model === undefined && isFile(base);
  if (!isBaseItself && names.some((name) => parseQuantization(name) !== undefined)) {
    host.progress({ kind: 'note', text: `base: ${baseText(base, host)}` });
  }
}

function readModels(options: ModelChoice, host: Host, flag: OptionReference): ModelItem[] {
  const base = chooseBase(options, host);
  if (options.quantizeFrom !== undefined) {
    const from = readItem(quantizeFromOption.quantizeFrom, options.quantizeFrom, { base, host });
    const names = options.model ?? [DEFAULT_MODEL];
    const imatrix = options.imatrix === undefined ? undefined : resolve(host.cwd, options.imatrix);
    return names.map((name) => parseMadeItem(name, { from, imatrix }));
  }
  if (options.model === undefined && isFile(base)) {
    return [{ ...base, quantization: undefined }];
  }
  return (options.model ?? [DEFAULT_MODEL]).map((name) => readAnyItem(flag, name, { base, host }));
}

/** Whether a base is weights of the user's, which are measured where no quantization is named. */
function isFile(base: BaseItem): base is Extract<BaseItem, { kind: 'local' | 'folder' }> {
  return base.kind === 'local' || base.kind === 'folder';
}

/** Reads one item of `flag`, which may be of any engine; a path becomes absolute. */
export function readAnyItem(
  flag: OptionReference,
  name: string,
  from: { readonly base: BaseItem; readonly host: Host },
): ModelItem {
  // A page of the hub is no server: how its files are named is said below.
  if (isEndpoint(name) && readHubAddress(name) === undefined) {
    parseEndpoint(name, labelOf(flag));
    return { kind: 'served', address: name };
  }
  const said = parseEngineText(name, ENGINE_FORMS, flag);
  if (said === undefined) {
    return readItem(flag, name, from);
  }
  const { engine, variant, weights, readsFile } = said;
  const path = resolve(from.host.cwd, weights);
  if (readsFile) {
    refuseMissing(path, about`${flag} ${name}`);
    return { kind: 'of-engine', engine, variant, weights: { kind: 'file', path } };
  }
  if (isFolder(path)) {
    return { kind: 'of-engine', engine, variant, weights: { kind: 'folder', path } };
  }
  if (/^[~.]|[/\\]/.test(weights) && !/^hf:|\.gguf$/i.test(weights)) {
    throw usageError(
      about`${flag} ${name}: there is no folder ${path}; name one that transformers saved, hf:owner/repo, or a .gguf`,
    );
  }
  return {
    kind: 'of-engine',
    engine,
    variant,
    weights: parseRepository(weights) ?? { kind: 'gguf', from: readItem(flag, weights, from) },
  };
}

/** Reads `--base`, with the user's own entries in mind. */
export function chooseBase({ base = DEFAULT_BASE }: ModelChoice, host: Host): BaseItem {
  const folder = folderNamed(modelOptions.base, base, host);
  if (folder !== undefined) {
    return { kind: 'folder', path: folder };
  }
  const item = absolute(parseBase(base, host.catalogue()), host);
  if (item.kind === 'local') {
    refuseMissing(item.path, about`${modelOptions.base} ${base}`);
  }
  return item;
}

/** Reads one item of `flag`; a path becomes absolute. */
export function readItem(
  flag: OptionReference,
  name: string,
  { base, host }: { readonly base: BaseItem; readonly host: Host },
): SourceItem {
  const folder = folderNamed(flag, name, host);
  if (folder !== undefined) {
    return { kind: 'folder', path: folder, quantization: undefined };
  }
  const item = absolute(parseModelItem(name, base, { flag, catalogue: host.catalogue() }), host);
  if (item.kind === 'local') {
    refuseMissing(item.path, about`${flag} ${name}`);
  }
  return item;
}

/**
 * The path of a folder of weights in another format than GGUF; `undefined` for anything else. A folder
 * that happens to have the name of a quantization or a base does not count. Throws a usage error for a
 * file of such weights.
 */
function folderNamed(flag: OptionReference, name: string, host: Host): string | undefined {
  const isName =
    parseQuantization(name) !== undefined || findBase(name, host.catalogue()) !== undefined;
  if (isName || /^hf:/i.test(name)) {
    return undefined;
  }
  const path = resolve(host.cwd, name);
  if (holdsForeignWeights(path)) {
    return path;
  }
  refuseForeignWeights(path, about`${flag} ${name}`);
  return undefined;
}

/**
 * The sources that models come from, as options, environment and config file say. `isDry`: nothing
 * is fetched or made, and a missing file is an environment error.
 */
export function openModelSources(
  options: ModelAccess,
  host: Host,
  { isDry = false, opened }: Partial<Pick<Resolving, 'isDry' | 'opened'>> = {},
): ModelContext {
  const { env, progress, signal } = host;
  return createModelContext({
    cacheFolder: cacheFolder(env),
    hub: hubSettings(env),
    catalogue: host.catalogue(),
    python: options.python ?? PIP_PYTHON,
    offline: options.offline || isDry,
    isDry,
    folders: (name) => opened?.get(name)?.engine.folders,
    threads: options.threads,
    converter: createConverter(options, host),
    env,
    progress,
    signal,
  });
}

/** A model that is present: a file's path, or a server's address. */
export interface ModelPresent extends ResolvedModel {
  /** What its server says of it; absent: no server has it. */
  readonly served?: ServedModel;
}

/** How models are got. */
export interface Resolving {
  readonly options: ModelAccess;
  readonly host: Host;
  /** The engines of the models. */
  readonly opened: ReadonlyMap<string, OpenedEngine>;
  /** True: a missing file is an environment error. */
  readonly isDry?: boolean;
}

/** Gets every model file, one after the other, and looks at servers; all of it before anything is generated. */
export async function resolveModels(
  items: readonly ModelItem[],
  from: Resolving,
): Promise<ModelPresent[]> {
  const { options, host, opened } = from;
  const context = openModelSources(options, host, from);
  for (const item of items) {
    // Before another model is fetched.
    if (item.kind === 'folder') {
      await folderFiles(await localContents(item.path));
    }
  }
  const models: ModelPresent[] = [];
  for (const item of items) {
    models.push(
      item.kind === 'served'
        ? await lookAtServed(item, opened, host)
        : await resolveModel(item, context),
    );
  }
  return models;
}

/** The item with a path that no longer depends on where the user stands. */
function absolute<T extends BaseItem | SourceItem>(item: T, host: Host): T {
  return item.kind === 'local' ? { ...item, path: resolve(host.cwd, item.path) } : item;
}

function baseText(base: BaseItem, host: Host): string {
  switch (base.kind) {
    case 'catalogue':
      // A config file may come along with the code, and give a known name to other weights.
      return findBase(base.base, host.catalogue()) === findBase(base.base)
        ? base.base
        : `${base.base} (an entry of the config file)`;
    case 'local':
    case 'folder':
      return base.path;
    case 'hub':
      return `hf:${base.repo}@${base.revision}`;
  }
}
