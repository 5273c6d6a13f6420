import { environmentError } from '../../records/error.ts';
import { askPython, type Interpreter } from './python.ts';

/** Where a Python may be named. */
interface Sources {
  readonly env: NodeJS.ProcessEnv;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * The Python of each variant: `--engine-python`, EVALKIT_ENGINE_PYTHON, else the environment that
 * `evalkit engine install` made. Throws `EvalkitError` where there is none that fits.
 */
export async function findInterpreters(
  variants: readonly string[],
  { env, options }: Sources,
): Promise<Map<string, Interpreter>> {
  const named = [
    ['--engine-python', options['enginePython']],
    ['EVALKIT_ENGINE_PYTHON', env['EVALKIT_ENGINE_PYTHON']],
  ] as const;
  const [own] = named.filter(([, path]) => typeof path === 'string' && path !== '');
  if (own === undefined || typeof own[1] !== 'string') {
    throw environmentError(
      'the engine torch needs a Python with torch and transformers; run evalkit engine install torch, or name one with --engine-python',
    );
  }
  const interpreter = await askPython(own[1], own.join(' '), env);
  return new Map(variants.map((variant) => [variant, interpreter]));
}
