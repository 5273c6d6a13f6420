import type {
  Engine,
  EngineDefinition,
  ServedModel,
  SettingsChoice,
  SettingsUse,
} from '../engines/engine.ts';
import { DEFAULT_ENGINE, engineNamed, SERVER_ENGINE } from '../engines/index.ts';
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
  switch (item.kind) {
    case 'of-engine':
      return item.engine;
    case 'served':
      return SERVER_ENGINE;
    default:
      return DEFAULT_ENGINE;
  }
}

/** Loads the engines of some models, each once; they read what they need of the command's options. */
export async function openEngines(
  items: readonly ModelItem[],
  options: Readonly<Record<string, unknown>>,
  { env, cwd }: Pick<Host, 'env' | 'cwd'>,
): Promise<Map<string, OpenedEngine>> {
  const opened = new Map<string, OpenedEngine>();
  for (const name of new Set(items.map(engineOf))) {
    const definition = await engineNamed(name);
    opened.set(name, { definition, engine: definition.create({ env, cwd, options }) });
  }
  return opened;
}

/** The engine of an item, of those that are loaded; of a served model, as its server says that it is. */
export function definitionOf(
  item: ModelItem | undefined,
  opened: ReadonlyMap<string, OpenedEngine>,
  served?: ServedModel,
): EngineDefinition {
  const definition = item === undefined ? undefined : opened.get(engineOf(item))?.definition;
  if (definition === undefined) {
    throw new Error('a model without a loaded engine');
  }
  if (served === undefined) {
    return definition;
  }
  const { identity, capabilities, lacks, notAsked, text } = served;
  return {
    ...definition,
    identity: () => identity,
    capabilities,
    lacks,
    notAsked,
    settings: (use, options) =>
      definition
        .settings(use, options)
        .map((choice) => ({ ...choice, settingsText: `${text}, ${choice.settingsText}` })),
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
  { settings }: EngineDefinition,
  use: SettingsUse,
  options: Readonly<Record<string, unknown>>,
): SettingsChoice[] {
  const choices = settings(use, options);
  const problem = choices.find(({ impossible }) => impossible !== undefined)?.impossible;
  if (problem !== undefined) {
    throw usageError(problem);
  }
  return choices;
}
