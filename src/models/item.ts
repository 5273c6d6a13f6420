import { about } from '../options/message.ts';
import type { OptionReference } from '../options/option.ts';
import { type OptionMessage, usageError } from '../records/error.ts';
import { CATALOGUE, type Catalogue, findBase } from './catalogue/catalogue.ts';
import { CONVERSION_HINT } from './quantize/conversion-hint.ts';
import { hubBaseItem, hubModelItem, isOtherAddress, readHubAddress } from './hub-address.ts';
import { nearestNames } from './nearest-names.ts';
import { modelOptions, quantizeFromOption } from './options.ts';
import {
  isPublishersLabel,
  parseQuantization,
  QUANTIZATIONS,
  type Quantization,
} from './quantization.ts';
import { checkRecipe } from './quantize/recipe.ts';
import { isGgufName } from './gguf/split-file.ts';

/** What `--base` names: what quantizations are quantizations of. */
export type BaseItem =
  | { readonly kind: 'catalogue'; readonly base: string }
  /** A .gguf of the user's, which quantizations are made from. */
  | { readonly kind: 'local'; readonly path: string }
  /** A folder of safetensors, which is converted. */
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'hub'; readonly repo: string; readonly revision: string };

/** A file that somebody put out or has, or a quantization that can be made from it. */
export type SourceItem =
  | { readonly kind: 'catalogue'; readonly base: string; readonly quantization: Quantization }
  | {
      readonly kind: 'local';
      readonly path: string;
      /** `undefined`: the file as it is. */
      readonly quantization: Quantization | undefined;
    }
  | {
      readonly kind: 'folder';
      readonly path: string;
      /** `undefined`: bf16 where the weights are, else f16. */
      readonly quantization: Quantization | undefined;
    }
  | {
      readonly kind: 'hub';
      readonly repo: string;
      readonly revision: string;
      readonly quantization: Quantization;
    }
  | {
      readonly kind: 'hub-file';
      readonly repo: string;
      readonly revision: string;
      readonly file: string;
    }
  /** A file that a publisher names by a mixture of their own, as `UD-Q4_K_XL`. */
  | {
      readonly kind: 'hub-label';
      readonly repo: string;
      readonly revision: string;
      readonly label: string;
    };

/** Weights that an engine loads. */
export type EngineWeights =
  /** A file that it alone can read. */
  | { readonly kind: 'file'; readonly path: string }
  /** Safetensors with their config and tokenizer. */
  | { readonly kind: 'folder'; readonly path: string }
  /** The same as a repository of the hub. */
  | { readonly kind: 'repository'; readonly repo: string; readonly revision: string }
  /** A GGUF, made into such a folder. */
  | { readonly kind: 'gguf'; readonly from: SourceItem };

/** What `ENGINE:WEIGHTS[@variant]` names. */
export interface EngineItem {
  readonly kind: 'of-engine';
  readonly engine: string;
  readonly weights: EngineWeights;
  /** What the engine makes of them; `undefined`: it takes them as they are. */
  readonly variant: string | undefined;
}

/** What one item of `--model` names. */
export type ModelItem =
  | SourceItem
  /** Made here from a file of the user's choice, whatever is published. */
  | {
      readonly kind: 'made';
      readonly from: SourceItem;
      readonly quantization: Quantization;
      /** Path of an importance matrix. */
      readonly imatrix: string | undefined;
    }
  /** Weights for an engine that is named: `ENGINE:WEIGHTS`. */
  | EngineItem
  /** A model that servers hold: `[NAME=]URL[#MODEL][,URL[#MODEL]…]`. */
  | { readonly kind: 'served'; readonly address: string };

/** A model whose weights are, or will be, on this machine. */
export type FileItem = Exclude<ModelItem, { kind: 'served' }>;

/** The branch that the hub takes where none is named. */
export const DEFAULT_REVISION = 'main';

const REPOSITORY = '(?<repo>[\\w.-]+/[\\w.-]+)';
const REVISION = '(?:@(?<revision>[\\w./-]+))?';
const HUB_BASE = new RegExp(`^hf:${REPOSITORY}${REVISION}$`, 'i');
const HUB_FILE = new RegExp(`^hf:${REPOSITORY}/(?<file>[^@]+\\.gguf)${REVISION}$`, 'i');
const HUB_QUANTIZATION = new RegExp(`^hf:${REPOSITORY}:(?<quantization>[^:@/]+)${REVISION}$`, 'i');

/** Reads `--base`: a catalogue name, the path of a .gguf, or `hf:owner/repo[@revision]`. */
export function parseBase(text: string, catalogue: Catalogue = CATALOGUE): BaseItem {
  if (isHubItem(text)) {
    return parseHubBase(text);
  }
  const item = about`${modelOptions.base} ${text}`;
  refuseAddress(text, item, hubBaseItem);
  if (looksLikePath(text)) {
    return { kind: 'local', path: checkedPath(text, item) };
  }
  return { kind: 'catalogue', base: knownBase(text, about`${modelOptions.base}`, catalogue) };
}

export interface ReadingOptions {
  /** What the user gave the item to, for errors; `--model` unless said. */
  readonly flag?: OptionReference;
  readonly catalogue?: Catalogue | undefined;
}

/**
 * Reads one item of `--model`: a quantization of the base, the path of a .gguf, `base:quant`,
 * `hf:owner/repo:QUANT[@revision]` or `hf:owner/repo/file.gguf[@revision]`.
 */
export function parseModelItem(
  text: string,
  base: BaseItem,
  { flag = modelOptions.model, catalogue = CATALOGUE }: ReadingOptions = {},
): SourceItem {
  const item = about`${flag} ${text}`;
  if (isHubItem(text)) {
    return parseHubModel(text, item);
  }
  refuseAddress(text, item, hubModelItem);
  if (looksLikePath(text)) {
    return { kind: 'local', path: checkedPath(text, item), quantization: undefined };
  }
  const colon = text.lastIndexOf(':');
  if (colon !== -1) {
    return {
      kind: 'catalogue',
      base: knownBase(text.slice(0, colon), item, catalogue),
      quantization: knownQuantization(text.slice(colon + 1), item),
    };
  }
  if (findBase(text, catalogue) !== undefined) {
    throw usageError(about`${item} is a base; say which quantization of it, as ${text}:q8_0`);
  }
  return { ...base, quantization: knownQuantization(text, item) };
}

/** How `--model` is read where all of it is made from one file. */
export interface MadeFrom {
  readonly from: SourceItem;
  /** Path of an importance matrix. */
  readonly imatrix: string | undefined;
}

/**
 * Reads one item of `--model` beside `--quantize-from`: a quantization and nothing else. Throws a
 * usage error too for one that needs an importance matrix where there is none.
 */
export function parseMadeItem(text: string, how: MadeFrom): FileItem {
  const quantization = parseQuantization(text);
  if (quantization === undefined) {
    throw usageError(
      about`${modelOptions.model} ${text} is not a quantization; with ${quantizeFromOption.quantizeFrom} everything is made from that one file: name quantizations such as q8_0`,
    );
  }
  checkRecipe(quantization, how.imatrix, about`${modelOptions.model} ${text}`);
  return { kind: 'made', ...how, quantization };
}

function parseHubBase(text: string): BaseItem {
  const { repo, revision = DEFAULT_REVISION } = HUB_BASE.exec(text)?.groups ?? {};
  if (repo === undefined || !isPlain(repo, revision)) {
    throw usageError(
      about`${modelOptions.base} ${text} is not a hub repository; write hf:owner/repo or hf:owner/repo@revision`,
    );
  }
  return { kind: 'hub', repo, revision };
}

function parseHubModel(text: string, item: OptionMessage): SourceItem {
  const match = HUB_FILE.exec(text) ?? HUB_QUANTIZATION.exec(text);
  const { repo, file, quantization, revision = DEFAULT_REVISION } = match?.groups ?? {};
  if (repo === undefined || !isPlain(repo, revision, file)) {
    throw usageError(
      about`${item} is not a hub item; write ${hubExample(text)}, with @revision after it if need be${conversionHint(text)}`,
    );
  }
  if (quantization !== undefined && isPublishersLabel(quantization)) {
    return { kind: 'hub-label', repo, revision, label: quantization };
  }
  return file === undefined
    ? {
        kind: 'hub',
        repo,
        revision,
        quantization: knownQuantization(quantization ?? '', item),
      }
    : { kind: 'hub-file', repo, revision, file };
}

/** How a hub item is written, with what the user wrote of it. */
function hubExample(text: string): string {
  const { repo = 'owner/repo', revision } = HUB_BASE.exec(text)?.groups ?? {};
  const behind = revision === undefined ? '' : `@${revision}`;
  return `hf:${repo}:Q8_0${behind} or hf:${repo}/file.gguf${behind}`;
}

/** Throws a usage error for a repository's bare name and for addresses, which says what to write. */
function refuseAddress(
  text: string,
  item: OptionMessage,
  write: (address: NonNullable<ReturnType<typeof readHubAddress>>) => string,
): void {
  const address = readHubAddress(text);
  if (address !== undefined) {
    throw usageError(
      about`${item} is neither a file nor a name; of the hub's repository write ${write(address)}${/gguf/i.test(text) ? '' : conversionHint(text)}`,
    );
  }
  if (isOtherAddress(text)) {
    throw usageError(
      about`${item} is an address; download the file and name the .gguf by its path, or name a served model with ${modelOptions.model}, as http://host:port/v1#model`,
    );
  }
}

function isHubItem(text: string): boolean {
  return /^hf:(?!\/\/)/i.test(text);
}

/** The parts become folders of the cache: none may lead out of it. */
export function isPlain(...parts: readonly (string | undefined)[]): boolean {
  const segments = parts.flatMap((part) => part?.split('/') ?? []);
  return segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

function looksLikePath(text: string): boolean {
  return /[/\\]|\.(?:gguf|safetensors)$/i.test(text);
}

function checkedPath(path: string, item: OptionMessage): string {
  if (!isGgufName(path)) {
    throw usageError(about`${item} is not a .gguf file${conversionHint(path)}`);
  }
  return path;
}

/** What a user may have meant who named weights in another form than GGUF. */
function conversionHint(text: string): string {
  return /\.gguf/i.test(text) ? '' : `; of a model in another format ${CONVERSION_HINT}`;
}

function knownBase(name: string, item: OptionMessage, catalogue: Catalogue): string {
  const entry = findBase(name, catalogue);
  if (entry === undefined) {
    const names = catalogue.map((known) => known.name);
    throw usageError(
      about`${item}: no base is called ${name}; nearest: ${nearestNames(name, names).join(', ')} (or the path of a .gguf, or hf:owner/repo)`,
    );
  }
  return entry.name;
}

function knownQuantization(name: string, item: OptionMessage): Quantization {
  const quantization = parseQuantization(name);
  if (name === '') {
    throw usageError(about`${item} names no quantization; write one behind the colon, as q8_0`);
  }
  if (quantization === undefined) {
    throw usageError(
      about`${item}: no quantization is called ${name}; nearest: ${nearestNames(name, QUANTIZATIONS).join(', ')} (the path of a file ends in .gguf)`,
    );
  }
  return quantization;
}
