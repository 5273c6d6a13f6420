import {
  findEnvironment,
  type FoundEnvironment,
  lookUpEnvironment,
  type Search,
} from '../../environments/find.ts';
import type { EngineContext } from '../engine.ts';
import { type TorchVariant, torchVariant } from './variants.ts';

/** What finding an interpreter needs. */
export type Finding = Pick<EngineContext, 'env' | 'cwd' | 'options'>;

/**
 * The Python of each variant: `--engine-python`, EVALKIT_ENGINE_PYTHON, else the environment that
 * `evalkit engine install` made. Throws a usage error where there is none that fits.
 */
export async function findInterpreters(
  variants: readonly string[],
  context: Finding,
): Promise<Map<string, FoundEnvironment>> {
  const found = new Map<string, FoundEnvironment>();
  for (const name of new Set(variants)) {
    const { environment } = variantNamed(name);
    found.set(name, await findEnvironment(environment, searchFor(context)));
  }
  return found;
}

/** Why a variant's Python is not here, with what to do about it; `undefined`: it is. */
export async function missingInterpreter(
  { environment }: TorchVariant,
  context: Finding,
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

function searchFor({ env, cwd, options: { enginePython } }: Finding): Search {
  return { env, cwd, enginePython: typeof enginePython === 'string' ? enginePython : undefined };
}
