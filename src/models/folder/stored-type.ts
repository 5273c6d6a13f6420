import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { usageError } from '../../records/error.ts';

const headerSchema = z.record(
  z.string(),
  z.looseObject({ dtype: z.string().optional(), shape: z.array(z.int()).optional() }),
);

/** The format's own limit of a header's length (github.com/huggingface/safetensors). */
const MAX_HEADER_BYTES = 100_000_000;

/**
 * The type that most of a folder's weights have, in lower case as `bf16`: what its files say, whatever
 * config.json says. Throws a usage error for a file that is not safetensors.
 */
export async function storedType(folder: string, shards: readonly string[]): Promise<string> {
  const counts = new Map<string, number>();
  for (const shard of shards) {
    const tensors = Object.values(await readHeader(join(folder, shard)));
    for (const { dtype = '', shape } of tensors) {
      const weights = shape?.reduce((product, size) => product * size, 1) ?? 0;
      counts.set(dtype, (counts.get(dtype) ?? 0) + weights);
    }
  }
  const [commonest] = [...counts].toSorted(([, one], [, other]) => other - one);
  return commonest?.[0].toLowerCase() ?? 'none';
}

async function readHeader(path: string): Promise<z.infer<typeof headerSchema>> {
  await using file = await open(path);
  const { size } = await file.stat();
  const head = await file.read(Buffer.alloc(8), 0, 8, 0);
  const length = head.bytesRead < 8 ? size : Number(head.buffer.readBigUInt64LE());
  if (length > Math.min(MAX_HEADER_BYTES, size - 8)) {
    throw usageError(`${path} is not a safetensors file, or it is truncated; fetch it again`);
  }
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, 8);
  try {
    return headerSchema.parse(JSON.parse(buffer.toString('utf8')));
  } catch (error) {
    throw usageError(`${path} has a header that cannot be read; fetch it again`, error);
  }
}
