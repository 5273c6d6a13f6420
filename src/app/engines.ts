import type { Engine, EngineDefinition, SettingsChoice, SettingsUse } from '../engines/engine.ts';
import type { EngineIdentity, NotRunRow } from '../records/plan.ts';
import { DEFAULT_ENGINE, engineNamed } from '../engines/index.ts';
import { basename } from 'node:path';
import type { EngineWeights, ModelItem } from '../models/item.ts';
import { usageError } from '../records/error.ts';
import type { Host } from './host.ts';

/** An engine that some of a run's models need. */
export interface OpenedEngine {
  readonly definition: EngineDefinition;
  readonly engine: Engine;
}

/** The engine that runs what an item names. */
export function engineOf(item: ModelItem): string {
  return item.kind === 'of-engine' ? item.engine : DEFAULT_ENGINE;
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
  { env }: Pick<Host, 'env'>,
): Promise<Fit> {
  const fit: ModelItem[] = [];
  const notRun: NotRunRow[] = [];
  for (const item of items) {
    const { unfit } = await engineNamed(engineOf(item));
    const reason = await unfit?.(variantOf(item), { env, options });
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
  host: Pick<Host, 'env'>,
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
      return weights.from.kind === 'local' ? basename(weights.from.path) : weights.from.kind;
  }
}

/** Loads the engines of some models, each once. */
export async function openEngines(
  items: readonly ModelItem[],
  options: Readonly<Record<string, unknown>>,
  { env }: Pick<Host, 'env'>,
): Promise<Map<string, OpenedEngine>> {
  const opened = new Map<string, OpenedEngine>();
  for (const [name, own] of Map.groupBy(items, engineOf)) {
    const definition = await engineNamed(name);
    const variants = own.map(variantOf);
    opened.set(name, { definition, engine: await definition.create({ env, options, variants }) });
  }
  return opened;
}

function variantOf(item: ModelItem): string | undefined {
  return item.kind === 'of-engine' ? item.variant : undefined;
}

/** The engine of an item, of those that are loaded. */
export function openedFor(
  item: ModelItem | undefined,
  opened: ReadonlyMap<string, OpenedEngine>,
): OpenedEngine {
  const found = item === undefined ? undefined : opened.get(engineOf(item));
  if (found === undefined) {
    throw new Error('a model without a loaded engine');
  }
  return found;
}

/** The software that computes with some settings. */
export function identityFor(
  { identity, identityOf }: Engine,
  { settings }: SettingsChoice,
): EngineIdentity {
  return identityOf?.(settings) ?? identity;
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
  { settings }: EngineDefinition,
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
