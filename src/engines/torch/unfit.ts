import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { lookAtMachine } from '../../environments/machine.ts';
import { type Finding, missingInterpreter, variantNamed } from './interpreters.ts';
import { DEFAULT_VARIANT } from './variants.ts';

/** Any of them will do for torch.compile. */
const COMPILERS = ['g++', 'c++', 'clang++'];

/**
 * Why this machine cannot run a variant with a command's options, found by looking; `undefined`: it can.
 * What is missing here is missing now, and may be there tomorrow.
 */
export async function unfitVariant(
  name: string | undefined,
  context: Finding,
): Promise<string | undefined> {
  const variant = variantNamed(name ?? DEFAULT_VARIANT);
  const device = context.options['device'] === 'cuda' ? 'cuda' : 'cpu';
  const lack = variant.lacks?.[device];
  if (lack !== undefined) {
    return `${variant.name} does not run here: ${lack}`;
  }
  if (device === 'cuda' && (await lookAtMachine(context)).cards.length === 0) {
    return `--device cuda: nvidia-smi names no card on this machine`;
  }
  if (device === 'cpu' && variant.method === 'compiled' && !(await hasCompiler(context.env))) {
    return `${variant.name}: torch.compile needs a C++ compiler on a CPU, and there is none (${COMPILERS.join(', ')})`;
  }
  return missingInterpreter(variant, context);
}

async function hasCompiler({ PATH = '' }: NodeJS.ProcessEnv): Promise<boolean> {
  const places = PATH.split(delimiter).flatMap((folder) =>
    COMPILERS.map((name) => join(folder, name)),
  );
  const found = await Promise.all(
    places.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}
