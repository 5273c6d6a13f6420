import { resolve } from 'node:path';
import { cacheFolder } from '../config/cache-folder.ts';
import { DEFAULT_BASE } from '../models/catalogue.ts';
import { createModelContext } from '../models/context.ts';
import { type BaseItem, type ModelItem, parseBase, parseModelItem } from '../models/item.ts';
import { parseQuantization } from '../models/quantization.ts';
import { type ResolvedModel, resolveModel } from '../models/resolve.ts';
import { PIP_PYTHON } from './data.ts';
import type { Host } from './host.ts';

/** The quantization that is measured where the user names none. */
const DEFAULT_MODEL = 'q4_k_m';

/** The options that name models. */
export interface ModelChoice {
  readonly base?: string | undefined;
  readonly model?: readonly string[] | undefined;
}

/** The options that decide how model files are got. */
export interface ModelAccess {
  readonly offline: boolean;
  readonly threads?: number | undefined;
  readonly python?: string | undefined;
}

/** Reads `--base` and `--model` and says which base is used, before anything is fetched. */
export function chooseModels(options: ModelChoice, host: Host): ModelItem[] {
  const base = chooseBase(options, host);
  const names = options.model ?? (base.kind === 'local' ? [] : [DEFAULT_MODEL]);
  const items = names.map((name) => absolute(parseModelItem(name, base), host));
  if (names.some((name) => parseQuantization(name) !== undefined)) {
    host.progress({ kind: 'note', text: `base: ${baseText(base)}` });
  }
  return items.length === 0 && base.kind === 'local'
    ? [{ ...base, quantization: undefined }]
    : items;
}

/** What quantizations belong to: `--base`, or the catalogue's default. */
export function chooseBase({ base }: ModelChoice, host: Host): BaseItem {
  return absolute(parseBase(base ?? DEFAULT_BASE), host);
}

/** Gets every model file, one after the other; all of them before anything is generated. */
export async function resolveModels(
  items: readonly ModelItem[],
  from: {
    readonly options: ModelAccess;
    readonly host: Host;
    /** True: a file that is not here is an environment error. */
    readonly isDry?: boolean;
  },
): Promise<ResolvedModel[]> {
  const { options, host, isDry = false } = from;
  const { env, progress, signal } = host;
  const context = createModelContext({
    cacheFolder: cacheFolder(env),
    hub: {
      endpoint: env['HF_ENDPOINT'] || 'https://huggingface.co',
      token: env['HF_TOKEN'] || undefined,
    },
    python: options.python ?? PIP_PYTHON,
    offline: options.offline || isDry,
    isDry,
    threads: options.threads,
    env,
    progress,
    signal,
  });
  const models: ResolvedModel[] = [];
  for (const item of items) {
    models.push(await resolveModel(item, context));
  }
  return models;
}

/** The item with a path that no longer depends on where the user stands. */
export function absolute<T extends BaseItem | ModelItem>(item: T, host: Host): T {
  return item.kind === 'local' ? { ...item, path: resolve(host.cwd, item.path) } : item;
}

function baseText(base: BaseItem): string {
  switch (base.kind) {
    case 'catalogue':
      return base.base;
    case 'local':
      return base.path;
    case 'hub':
      return `hf:${base.repo}@${base.revision}`;
  }
}
