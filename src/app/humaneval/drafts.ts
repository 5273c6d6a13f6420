import { about } from '../../options/message.ts';
import { type DecodeOptions, decodeOptions } from '../../modes/options.ts';
import { findBase } from '../../models/catalogue/catalogue.ts';
import type { ModelItem } from '../../models/item.ts';
import { modeOf } from '../../modes/index.ts';
import { MODE_NAMES } from '../../records/decode.ts';
import { usageError } from '../../records/error.ts';
import { withoutUserInfo } from '../../records/user-info.ts';
import type { Host } from '../host.ts';
import { chooseBase, type ModelChoice, readItem } from '../models/choose.ts';

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
    const draft = readItem(decodeOptions.draft, options.draft, { base, host });
    return items.map((item) => (isServed(item) ? undefined : draft));
  }
  const known = new Map<string, ModelItem>();
  return items.map((item) => {
    if (item.kind === 'served') {
      return undefined;
    }
    const source = item.kind === 'made' ? item.from : item;
    const name =
      source.kind === 'catalogue' ? findBase(source.base, host.catalogue())?.draft : undefined;
    if (name === undefined) {
      throw usageError(
        about`${decodeOptions.decode} ${mode}: no draft is known for ${nameOf(item)}; name a smaller model of the same vocabulary with ${decodeOptions.draft}, or use ${decodeOptions.decode} ${DRAFTLESS.join(' or ')}, which needs none`,
      );
    }
    const draft = known.get(name) ?? readItem(decodeOptions.draft, name, { base, host });
    known.set(name, draft);
    return draft;
  });
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
      return `${item.engine}:${item.path}`;
    case 'served':
      return withoutUserInfo(item.address);
  }
}
