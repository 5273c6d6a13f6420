import { closest } from 'fastest-levenshtein';
import { usageError } from '../records/error.ts';
import type { EngineDefinition } from './engine.ts';
import { checkLlamaCppOptions, llamaCppOptions } from './llama-cpp/options.ts';
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

export const ENGINE_NAMES = Object.keys(ENGINES);

/** The options of all engines, by what for. */
export const engineOptions = {
  completions: {
    ...parallelOption,
    ...computeOptions,
    ...llamaCppOptions.completions,
    ...torchOptions.completions,
  },
  benchmark: { ...computeOptions, ...llamaCppOptions.benchmark, ...torchOptions.benchmark },
  scores: { ...computeOptions, ...llamaCppOptions.scores, ...torchOptions.scores },
};

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
