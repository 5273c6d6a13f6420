import { basename, join } from 'node:path';
import { checkSpace } from '../../files/disk-error.ts';
import { environmentError, usageError } from '../../records/error.ts';
import type { Provenance, Weights } from '../../records/model.ts';
import { unpackedPath } from '../cache/cache-folder.ts';
import { findMadeFolder, makeFolderOnce } from '../cache/made-folder.ts';
import type { ModelContext } from '../context.ts';
import type { ResolvedModel } from '../resolve.ts';
import { modelNameOf } from '../gguf/split-file.ts';
import { identifyFolder } from './identify-folder.ts';

/**
 * The folder of a GGUF's weights, every value as the file has it: from the cache where it was made
 * before, else made now by the engine that loads it. So two engines can be held against each other
 * on the same weights.
 */
export async function unpackGguf(
  { path: gguf, record }: ResolvedModel,
  engine: string,
  context: ModelContext,
): Promise<{
  readonly path: string;
  readonly weights: Weights;
  readonly provenance: Provenance;
}> {
  const care = context.folders?.(engine);
  const { weights } = record;
  if (care === undefined || weights.kind !== 'file') {
    throw usageError(`${weights.name} is nothing that the engine ${engine} can unpack`);
  }
  if (weights.parts !== undefined) {
    throw usageError(
      `${weights.name} is cut into ${weights.parts.length} files, which ${engine} does not unpack; join them with llama-gguf-split --merge`,
    );
  }
  const name = modelNameOf(weights.name);
  const path = unpackedPath(context.cacheFolder, { fromSha256: weights.sha256, name });
  const { kind: _, ...file } = weights;
  const find = (): Promise<string | undefined> => findMadeFolder(path);
  const made =
    (await find()) ??
    (context.isDry === true
      ? undefined
      : await makeFolderOnce(path, context, async (folder, signal) => {
          const step = `${name}: unpacking for ${engine}`;
          context.progress({ kind: 'note', text: `${step}; made once, kept in the cache` });
          // At the least: values of 32 bits may fit into 16.
          await checkSpace(folder, weights.bytes / 2);
          return care.unpack(gguf, folder, signal);
        }));
  if (made === undefined) {
    throw environmentError(`${basename(path)} is missing; a run without --dry-run makes it`);
  }
  const { weights: own } = await identifyFolder(join(path), context);
  const { quantization } = record;
  const from = { ...file, quantization };
  return { path, weights: own, provenance: { kind: 'unpacked', from, tool: made } };
}
