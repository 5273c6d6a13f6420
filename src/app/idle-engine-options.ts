import { about, type Origins } from '../options/message.ts';
import { DEFAULT_ENGINE, ENGINE_NAMES, idleEngineOption, SERVER_ENGINE } from '../engines/index.ts';
import { isEndpoint } from '../records/endpoint.ts';
import { usageError } from '../records/error.ts';

/** The options that name models. */
interface Named {
  readonly model?: readonly string[] | undefined;
  readonly reference?: string | undefined;
  readonly origins: Origins;
}

/**
 * Throws a usage error for an engine's option beside models of other engines, on which it has no effect.
 * One of the config file serves other commands too and is no mistake.
 */
export function refuseIdleEngineOptions(
  { model = [], reference, origins }: Named,
  said: ReadonlySet<string>,
): void {
  const names = [...model, ...(reference === undefined ? [] : [reference])];
  const engines = model.length === 0 ? [DEFAULT_ENGINE] : [...new Set(names.map(engineNamedIn))];
  const typed = [...said].filter((name) => !origins.has(name));
  const idle = idleEngineOption(engines, typed);
  if (idle !== undefined) {
    const { name, of } = idle;
    const why =
      of === SERVER_ENGINE
        ? 'is for served models, and no http address is named'
        : 'is for models that are loaded here, and all that are named are served: their servers decide';
    throw usageError(about`${{ name }} ${why}; leave it out`);
  }
}

/** The engine of an item, as its text tells. */
function engineNamedIn(text: string): string {
  if (isEndpoint(text)) {
    return SERVER_ENGINE;
  }
  return ENGINE_NAMES.find((name) => text.startsWith(`${name}:`)) ?? DEFAULT_ENGINE;
}
