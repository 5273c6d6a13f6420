import { closest } from 'fastest-levenshtein';
import { usageError } from '../records/error.ts';
import type { EngineDefinition } from './engine.ts';

/** Every engine by its name; the only place that knows one. An engine's code is loaded when it is used. */
const ENGINES: Readonly<Record<string, () => Promise<EngineDefinition>>> = {
  'llama-cpp': async () => (await import('./llama-cpp/definition.ts')).llamaCpp,
  scripted: async () => (await import('./scripted/definition.ts')).scripted,
};

/** The engine of a model item that names none. */
export const DEFAULT_ENGINE = 'llama-cpp';

export const ENGINE_NAMES = Object.keys(ENGINES);

/** An engine's definition. Throws a usage error for a name that is not in the table. */
export async function engineNamed(name: string): Promise<EngineDefinition> {
  const load = ENGINES[name];
  if (load === undefined) {
    throw usageError(
      `no engine is called ${name}; nearest: ${closest(name, ENGINE_NAMES)} (engines: ${ENGINE_NAMES.join(', ')})`,
    );
  }
  return load();
}
