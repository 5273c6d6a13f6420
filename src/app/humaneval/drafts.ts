import { about } from '../../options/message.ts';
import { type DecodeOptions, decodeOptions } from '../../modes/options.ts';
import { findBase } from '../../models/catalogue/catalogue.ts';
import type { EngineWeights, ModelItem } from '../../models/item.ts';
import { modeOf } from '../../modes/index.ts';
import { MODE_NAMES } from '../../records/decode.ts';
import { usageError } from '../../records/error.ts';
import { withoutUserInfo } from '../../records/user-info.ts';
import type { Host } from '../host.ts';
import { chooseBase, type ModelChoice, readAnyItem, readItem } from '../models/choose.ts';

/** Modes that draft without a model. */
const DRAFTLESS = MODE_NAMES.filter(
  (name) => modeOf(name).needs.includes('drafts') && !modeOf(name).hasDraftModel,
);

/**
 * The model that drafts for each model: `--draft`, else the one that the catalogue names for its
 * base. `undefined` for all where no mode has one. Throws a usage error for a model without one.
 */
export function chooseDrafts(
  items: readonly ModelItem[],
  options: ModelChoice & DecodeOptions,
  host: Host,
): (ModelItem | undefined)[] {
  const mode = options.decode.find((name) => modeOf(name).hasDraftModel);
  if (mode === undefined) {
    return items.map(() => undefined);
  }
  const base = chooseBase(options, host);
  if (options.draft !== undefined) {
    if (items.every(isServed)) {
      throw usageError(
        about`${decodeOptions.draft} ${options.draft}: a served model takes no draft from here; leave it out, or start its server with one`,
      );
    }
    const draft = readAnyItem(decodeOptions.draft, options.draft, { base, host });
    return items.map((item) => draftFor(item, draft, options.draft));
  }
  const known = new Map<string, ModelItem>();
  return items.map((item) => {
    if (item.kind === 'served') {
      return undefined;
    }
    const source = sourceOf(item);
    const name =
      source.kind === 'catalogue' ? findBase(source.base, host.catalogue())?.draft : undefined;
    if (name === undefined) {
      throw usageError(
        about`${decodeOptions.decode} ${mode}: no draft is known for ${nameOf(item)}; name a smaller model of the same vocabulary with ${decodeOptions.draft}, or use ${decodeOptions.decode} ${DRAFTLESS.join(' or ')}, which needs none`,
      );
    }
    const draft = known.get(name) ?? readItem(decodeOptions.draft, name, { base, host });
    known.set(name, draft);
    return draftFor(item, draft, name);
  });
}

/** What a model's weights were put out as. */
function sourceOf(item: ModelItem): ModelItem {
  switch (item.kind) {
    case 'made':
      return item.from;
    case 'of-engine':
      return item.weights.kind === 'gguf' ? item.weights.from : item;
    default:
      return item;
  }
}

/**
 * The draft as the model's own engine loads it, in the same variant; `undefined` for a model whose
 * server drafts by itself. Throws a usage error for one that is named for another engine.
 */
function draftFor(item: ModelItem, draft: ModelItem, name = ''): ModelItem | undefined {
  if (item.kind === 'served') {
    return undefined;
  }
  if (draft.kind === 'served') {
    throw usageError(
      about`${decodeOptions.draft} ${name}: a server's model cannot draft for one that is computed here; name weights`,
    );
  }
  const ofEngine = draft.kind === 'of-engine' ? draft.engine : undefined;
  const engine = item.kind === 'of-engine' ? item.engine : undefined;
  if (ofEngine !== undefined && ofEngine !== engine) {
    throw usageError(
      about`${decodeOptions.draft} ${name} is for the engine ${ofEngine} and cannot draft for ${nameOf(item)}; name a draft of the model's own engine`,
    );
  }
  if (item.kind !== 'of-engine' || draft.kind === 'made') {
    return draft;
  }
  const { variant } = item;
  if (draft.kind === 'of-engine') {
    return { ...draft, variant };
  }
  // Safetensors need no way through GGUF.
  const weights: EngineWeights =
    draft.kind === 'folder' && draft.quantization === undefined
      ? { kind: 'folder', path: draft.path }
      : { kind: 'gguf', from: draft };
  return { kind: 'of-engine', engine: item.engine, variant, weights };
}

function isServed({ kind }: ModelItem): boolean {
  return kind === 'served';
}

/** A model as a user would name it. */
export function nameOf(item: ModelItem): string {
  switch (item.kind) {
    case 'catalogue':
      return `${item.base}:${item.quantization}`;
    case 'local':
    case 'folder':
      return item.quantization === undefined ? item.path : `${item.quantization} of ${item.path}`;
    case 'hub':
      return `hf:${item.repo}:${item.quantization}`;
    case 'hub-file':
      return `hf:${item.repo}/${item.file}`;
    case 'hub-label':
      return `hf:${item.repo}:${item.label}`;
    case 'made':
      return `${item.quantization} of ${nameOf(item.from)}`;
    case 'of-engine':
      return `${item.engine}:${weightsName(item.weights)}${item.variant === undefined ? '' : `@${item.variant}`}`;
    case 'served':
      return withoutUserInfo(item.address);
  }
}

function weightsName(weights: EngineWeights): string {
  switch (weights.kind) {
    case 'file':
    case 'folder':
      return weights.path;
    case 'repository':
      return `hf:${weights.repo}@${weights.revision}`;
    case 'gguf':
      return nameOf(weights.from);
  }
}
