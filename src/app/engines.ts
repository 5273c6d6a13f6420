import { basename } from 'node:path';
import type {
  Engine,
  EngineDefinition,
  ServedModel,
  SettingsChoice,
  SettingsUse,
} from '../engines/engine.ts';
import type { Lacks } from '../engines/capabilities.ts';
import { DEFAULT_ENGINE, engineNamed, SERVER_ENGINE } from '../engines/index.ts';
import type { EngineWeights, ModelItem, SourceItem } from '../models/item.ts';
import type { EngineIdentity, NotRunRow } from '../records/plan.ts';
import { usageError } from '../records/error.ts';
import type { Host } from './host.ts';
import type { ModelLimits } from './models/model-limits.ts';

/** An engine that some of a run's models need. */
export interface OpenedEngine {
  readonly definition: EngineDefinition;
  readonly engine: Engine;
}

/** The engine that runs what an item names. */
export function engineOf(item: ModelItem): string {
  switch (item.kind) {
    case 'of-engine':
      return item.engine;
    case 'served':
      return SERVER_ENGINE;
    default:
      return DEFAULT_ENGINE;
  }
}

/** Models that this machine can run, and a row for each of the others. */
export interface Fit {
  readonly items: readonly ModelItem[];
  readonly notRun: readonly NotRunRow[];
}

/**
 * Takes out what this machine cannot run, before anything is fetched. Throws a usage error with the
 * first reason where nothing is left.
 */
export async function fitItems(
  items: readonly ModelItem[],
  options: Readonly<Record<string, unknown>>,
  { env, cwd }: Pick<Host, 'env' | 'cwd'>,
): Promise<Fit> {
  const fit: ModelItem[] = [];
  const notRun: NotRunRow[] = [];
  for (const item of items) {
    const { unfit } = await engineNamed(engineOf(item));
    const reason = await unfit?.(variantOf(item), { env, cwd, options });
    if (reason === undefined) {
      fit.push(item);
    } else {
      notRun.push({ id: itemText(item), reason });
    }
  }
  const [first] = notRun;
  if (fit.length === 0 && first !== undefined) {
    throw usageError(`${first.id}: ${first.reason}`);
  }
  return { items: fit, notRun };
}

/** Throws a usage error for the first model that this machine cannot run. */
export async function refuseUnfit(
  items: readonly ModelItem[],
  options: Readonly<Record<string, unknown>>,
  host: Pick<Host, 'env' | 'cwd'>,
): Promise<void> {
  const { notRun } = await fitItems(items, options, host);
  const [first] = notRun;
  if (first !== undefined) {
    throw usageError(`${first.id}: ${first.reason}`);
  }
}

/** As it was typed, but for the folders above the weights. */
function itemText(item: ModelItem): string {
  if (item.kind !== 'of-engine') {
    return item.kind;
  }
  const { engine, weights, variant } = item;
  return `${engine}:${weightsText(weights)}${variant === undefined ? '' : `@${variant}`}`;
}

function weightsText(weights: EngineWeights): string {
  switch (weights.kind) {
    case 'file':
    case 'folder':
      return basename(weights.path);
    case 'repository':
      return weights.repo;
    case 'gguf':
      return sourceText(weights.from);
  }
}

function sourceText(from: SourceItem): string {
  switch (from.kind) {
    case 'catalogue':
      return `${from.base}:${from.quantization}`;
    case 'local':
    case 'folder':
      return basename(from.path);
    case 'hub':
      return `hf:${from.repo}:${from.quantization}`;
    case 'hub-file':
      return `hf:${from.repo}/${from.file}`;
    case 'hub-label':
      return `hf:${from.repo}:${from.label}`;
  }
}

/** Loads the engines of some models, each once; they read what they need of the command's options. */
export async function openEngines(
  items: readonly ModelItem[],
  options: Readonly<Record<string, unknown>>,
  { env, cwd }: Pick<Host, 'env' | 'cwd'>,
): Promise<Map<string, OpenedEngine>> {
  const opened = new Map<string, OpenedEngine>();
  for (const [name, own] of Map.groupBy(items, engineOf)) {
    const definition = await engineNamed(name);
    const variants = own.map(variantOf);
    const engine = await definition.create({ env, cwd, options, variants });
    opened.set(name, { definition, engine });
  }
  return opened;
}

function variantOf(item: ModelItem): string | undefined {
  return item.kind === 'of-engine' ? item.variant : undefined;
}

/** An engine as plans are made from it. */
export interface PlannedEngine
  extends Pick<
    EngineDefinition,
    'name' | 'capabilities' | 'sharesDraws' | 'lacks' | 'notAsked' | 'settings'
  > {
  /** The software that computes with some settings. */
  readonly identityOf: (choice: SettingsChoice) => EngineIdentity;
}

/**
 * The engine of an item, of those that are loaded, without what this model makes impossible; of a served
 * model, as its server says that it is.
 */
export function plannedEngine(
  item: ModelItem | undefined,
  opened: ReadonlyMap<string, OpenedEngine>,
  {
    served,
    limits,
  }: { readonly served?: ServedModel | undefined; readonly limits?: ModelLimits | undefined } = {},
): PlannedEngine {
  const found = item === undefined ? undefined : opened.get(engineOf(item));
  if (found === undefined) {
    throw new Error('a model without a loaded engine');
  }
  const { definition, engine } = found;
  if (served === undefined) {
    const variant = item === undefined ? undefined : variantOf(item);
    const lacks: Lacks = { ...definition.variantLacks?.(variant), ...limits?.lacks };
    return {
      ...definition,
      ...limits,
      lacks,
      capabilities: new Set(
        [...definition.capabilities].filter((name) => lacks[name] === undefined),
      ),
      identityOf: ({ settings }) => engine.identityOf?.(settings) ?? engine.identity,
    };
  }
  const { identity, capabilities, lacks, notAsked, impossible, text } = served;
  return {
    ...definition,
    identityOf: () => identity,
    capabilities,
    lacks,
    notAsked,
    settings: (use, options) =>
      definition.settings(use, options).map((choice) => ({
        ...choice,
        settingsText: `${text}, ${choice.settingsText}`,
        impossible: choice.impossible ?? impossible(choice.settings),
      })),
  };
}

/** The engines alone, by name. */
export function enginesByName(opened: ReadonlyMap<string, OpenedEngine>): Map<string, Engine> {
  return new Map([...opened].map(([name, { engine }]) => [name, engine]));
}

/**
 * The settings that options name for an engine. Throws a usage error for those that no model can
 * have.
 */
export function settingsOf(
  { settings }: Pick<EngineDefinition, 'settings'>,
  use: SettingsUse,
  from: {
    readonly options: Readonly<Record<string, unknown>>;
    readonly variant: string | undefined;
  },
): SettingsChoice[] {
  const choices = settings(use, from.options, from.variant);
  const problem = choices.find(({ impossible }) => impossible !== undefined)?.impossible;
  if (problem !== undefined) {
    throw usageError(problem);
  }
  return choices;
}
