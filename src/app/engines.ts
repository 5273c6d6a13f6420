import type { Engine, EngineDefinition, SettingsChoice, SettingsUse } from '../engines/engine.ts';
import type { EngineIdentity } from '../records/plan.ts';
import { DEFAULT_ENGINE, engineNamed } from '../engines/index.ts';
import type { ModelItem } from '../models/item.ts';
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
