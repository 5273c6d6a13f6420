import type { ModelContext } from '../context.ts';
import { fetchRepository } from '../folder/fetch-repository.ts';
import type { Quantization } from '../quantization.ts';
import type { Ingredient } from '../quantize/make-quantization.ts';
import type { HubReference } from '../sources/hub/repository.ts';
import { convertFolder, lookAtFolder } from './convert.ts';

/** Fetches a repository's safetensors and gives them as GGUF; `type` as in `convertFolder`. */
export async function convertRepository(
  reference: HubReference,
  type: Quantization | undefined,
  context: ModelContext,
): Promise<Ingredient> {
  const { repo } = reference;
  const item = `hf:${repo}`;
  const look = (folder: string): Promise<void> => lookAtFolder({ folder }, item, context);
  const { path: folder, revision } = await fetchRepository(reference, look, context);
  return convertFolder({ folder, name: repo, item, published: { repo, revision } }, type, context);
}
