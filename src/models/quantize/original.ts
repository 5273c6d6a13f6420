import { environmentError } from '../../records/error.ts';
import type { ModelContext } from '../context.ts';
import { hubRepository } from '../sources/hub/repository.ts';
import type { BaseItem } from '../item.ts';
import { knownRepository, type ResolvedModel, resolveModel, toResolved } from '../resolve.ts';
import { findIngredient } from '../resolve-from-repository.ts';

/**
 * The file of a base that is nearest to the original weights among those that a source has: what
 * quantizations are best made from. Throws an environment error where no source has any.
 */
export async function resolveOriginal(
  base: BaseItem,
  context: ModelContext,
): Promise<ResolvedModel> {
  if (base.kind === 'local' || base.kind === 'folder') {
    return resolveModel({ ...base, quantization: undefined }, context);
  }
  const repository =
    base.kind === 'catalogue'
      ? knownRepository(base.base, context)
      : await hubRepository(base, context);
  const held = await findIngredient(repository, undefined, context);
  if (held === undefined) {
    throw environmentError(
      `no source has any file of ${repository.repo}; go online, or name a .gguf with --quantize-from`,
    );
  }
  const { quantization } = held;
  return toResolved(held, { base: repository.base, quantization, instruct: repository.instruct });
}
