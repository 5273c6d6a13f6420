import { closest } from 'fastest-levenshtein';
import { usageError } from '../records/error.ts';
import type { EngineDefinition } from './engine.ts';
import { checkLlamaCppOptions, llamaCppOptions } from './llama-cpp/options.ts';
import { httpOptions } from './openai-http/options.ts';
import { computeOptions, parallelOption } from './options.ts';
import { torchOptions } from './torch/options.ts';
import { DEFAULT_VARIANT, TORCH_VARIANT_NAMES } from './torch/variants.ts';

/**
 * Every engine by its name; this file alone knows one. An engine's code is loaded when it is used, its
 * options at once: help shows them.
 */
const ENGINES: Readonly<Record<string, () => Promise<EngineDefinition>>> = {
  'llama-cpp': async () => (await import('./llama-cpp/definition.ts')).llamaCpp,
  torch: async () => (await import('./torch/definition.ts')).torch,
  'openai-http': async () => (await import('./openai-http/definition.ts')).openAiHttp,
  scripted: async () => (await import('./scripted/definition.ts')).scripted,
};

/** Engines that a model item names, with what it may ask of their weights. */
export const ENGINE_FORMS: Readonly<
  Record<string, { readonly variants?: readonly string[]; readonly defaultVariant?: string }>
> = {
  torch: { variants: TORCH_VARIANT_NAMES, defaultVariant: DEFAULT_VARIANT },
  scripted: {},
};

/** The engine of a model item that names none. */
export const DEFAULT_ENGINE = 'llama-cpp';

/** The engine of a model item that is an address. */
export const SERVER_ENGINE = 'openai-http';

export const ENGINE_NAMES = Object.keys(ENGINES);

/** The options of all engines, by what for. */
export const engineOptions = {
  completions: {
    ...parallelOption,
    ...computeOptions,
    ...llamaCppOptions.completions,
    ...torchOptions.completions,
    ...httpOptions.completions,
  },
  benchmark: {
    ...computeOptions,
    ...llamaCppOptions.benchmark,
    ...torchOptions.benchmark,
    ...httpOptions.benchmark,
  },
  scores: {
    ...computeOptions,
    ...llamaCppOptions.scores,
    ...torchOptions.scores,
    ...httpOptions.scores,
  },
};

/** Names of the options that only some engines have a use for; an engine without an entry minds none. */
const USED: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    DEFAULT_ENGINE,
    new Set([
      ...Object.keys(computeOptions),
      ...Object.values(llamaCppOptions).flatMap((options) => Object.keys(options)),
    ]),
  ],
  [
    'torch',
    new Set(['ctxSize', ...Object.keys(computeOptions), ...Object.keys(torchOptions.completions)]),
  ],
  [SERVER_ENGINE, new Set(Object.keys(httpOptions.completions))],
]);

/** The first of some options that none of a run's engines has a use for, and the engine that has. */
export function idleEngineOption(
  engines: readonly string[],
  options: Iterable<string>,
): { readonly name: string; readonly of: string } | undefined {
  const used = engines.map((engine) => USED.get(engine));
  if (used.includes(undefined)) {
    return undefined;
  }
  for (const name of options) {
    const of = [...USED].find(([, names]) => names.has(name))?.[0];
    if (of !== undefined && !used.some((names) => names?.has(name) === true)) {
      return { name, of };
    }
  }
  return undefined;
}

/** Throws a usage error for engine options that are each right and impossible together. */
export function checkEngineOptions(options: Parameters<typeof checkLlamaCppOptions>[0]): void {
  checkLlamaCppOptions(options);
}

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
