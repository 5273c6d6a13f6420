import { findEnvironment, type FoundEnvironment } from '../../environments/find.ts';
import type { EngineContext } from '../engine.ts';
import { torchVariant } from './variants.ts';

/**
 * The Python of each variant: `--engine-python`, EVALKIT_ENGINE_PYTHON, else the environment that
 * `evalkit engine install` made. Throws a usage error where there is none that fits.
 */
export async function findInterpreters(
  variants: readonly string[],
  { env, cwd, options }: Pick<EngineContext, 'env' | 'cwd' | 'options'>,
): Promise<Map<string, FoundEnvironment>> {
  const { enginePython } = options;
  const search = {
    env,
    cwd,
    enginePython: typeof enginePython === 'string' ? enginePython : undefined,
    signal: new AbortController().signal,
  };
  const found = new Map<string, FoundEnvironment>();
  for (const name of new Set(variants)) {
    const variant = torchVariant(name);
    if (variant === undefined) {
      throw new Error(`no variant ${name}`);
    }
    found.set(name, await findEnvironment(variant.environment, search));
  }
  return found;
}
