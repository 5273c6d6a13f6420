import { findEnvironment, lookUpEnvironment, type Search } from '../../environments/find.ts';
import type { EngineContext } from '../engine.ts';
import { type TorchVariant, torchVariant } from './variants.ts';

/** A Python that runs the worker, and what is installed in it. */
export interface Interpreter {
  readonly path: string;
  /** By package, as `torch` and `transformers`. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The Python of each variant: `--engine-python`, EVALKIT_ENGINE_PYTHON, else the environment that
 * `evalkit engine install` made. Throws a usage error where there is none that fits.
 */
export async function findInterpreters(
  variants: readonly string[],
  context: EngineContext,
): Promise<Map<string, Interpreter>> {
  const found = new Map<string, Interpreter>();
  for (const name of new Set(variants)) {
    const { environment } = variantNamed(name);
    const { python, pythonVersion, packages } = await findEnvironment(
      environment,
      searchFor(context),
    );
    found.set(name, { path: python, versions: { python: pythonVersion, ...packages } });
  }
  return found;
}

/** Why a variant's Python is not here, with what to do about it; `undefined`: it is. */
export async function missingInterpreter(
  { environment }: TorchVariant,
  context: EngineContext,
): Promise<string | undefined> {
  const lookup = await lookUpEnvironment(environment, searchFor(context));
  return lookup.kind === 'missing' ? lookup.reason : undefined;
}

/** A variant that an item named; items are checked when they are read. */
export function variantNamed(name: string): TorchVariant {
  const variant = torchVariant(name);
  if (variant === undefined) {
    throw new Error(`no variant ${name}`);
  }
  return variant;
}

function searchFor({ env, options = {} }: EngineContext): Search {
  const named = options['enginePython'];
  return { env, enginePython: typeof named === 'string' ? named : undefined };
}
