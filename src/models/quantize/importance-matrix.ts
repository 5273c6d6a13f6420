import { readFile } from 'node:fs/promises';
import { GGMLQuantizationType, gguf, type GGUFParseOutput } from '@huggingface/gguf';
import { usageError } from '../../records/error.ts';
import { type ImportanceMatrix, parseLegacyMatrix } from './legacy-importance-matrix.ts';
import { reasonOf } from '../../records/system-error.ts';

const SUMS = '.in_sum2';
const COUNTS = '.counts';

/**
 * Reads an importance matrix, in GGUF or in llama.cpp's older `.dat` format, and scales it as
 * llama-quantize does (tools/quantize/quantize.cpp, v0.5.0). Throws a usage error for a file that is
 * neither.
 */
export async function readImportanceMatrix(path: string): Promise<ImportanceMatrix> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw usageError(
      `importance matrix ${path} cannot be read (${reasonOf(error)}); check the path`,
      error,
    );
  });
  try {
    const isGguf = bytes.subarray(0, 4).toString('latin1') === 'GGUF';
    const matrix = isGguf ? await parseMatrix(path, bytes) : parseLegacyMatrix(bytes);
    check(matrix);
    return matrix;
  } catch (error) {
    throw usageError(
      `${path} is not an importance matrix: ${reasonOf(error)}; name what llama.cpp's llama-imatrix wrote`,
      error,
    );
  }
}

async function parseMatrix(path: string, bytes: Buffer): Promise<ImportanceMatrix> {
  const parsed: GGUFParseOutput<{ strict: false }> = await gguf(path, { allowLocalFile: true });
  const { metadata, tensorInfos, tensorDataOffset } = parsed;
  const tensors = new Map(
    tensorInfos.map((tensor): [string, Float32Array] => {
      if (tensor.dtype !== GGMLQuantizationType.F32) {
        throw new Error(`its tensor ${tensor.name} is not of type F32`);
      }
      const start = Number(tensorDataOffset + tensor.offset);
      const count = tensor.shape.reduce((product, size) => product * Number(size), 1);
      return [tensor.name, floats(bytes, start, count)];
    }),
  );
  const names = [...tensors.keys()].filter((name) => name.endsWith(SUMS));
  const entries = names.map((name): [string, Float32Array] => {
    const tensor = name.slice(0, -SUMS.length);
    return [tensor, meansOf(tensors.get(name), tensors.get(`${tensor}${COUNTS}`), tensor)];
  });
  const datasets = metadata['imatrix.datasets'];
  const chunks = Number(metadata['imatrix.chunk_count'] ?? 0);
  return {
    entries: new Map(entries),
    datasets: Array.isArray(datasets) ? datasets.map(String) : [],
    chunks: chunks > 0 ? chunks : undefined,
  };
}

/** Numbers at any place of a file: a typed array on the buffer itself would have to be aligned. */
function floats(bytes: Buffer, start: number, count: number): Float32Array {
  const end = start + count * 4;
  if (end > bytes.length) {
    throw new Error(`it is truncated: it has ${bytes.length} bytes and needs ${end}`);
  }
  return new Float32Array(Uint8Array.from(bytes.subarray(start, end)).buffer);
}

/** One count an expert; an expert that was never asked weighs all its columns alike. */
function meansOf(
  sums: Float32Array | undefined,
  counts: Float32Array | undefined,
  name: string,
): Float32Array {
  if (sums === undefined || counts === undefined || sums.length % counts.length !== 0) {
    throw new Error(`sums and counts of ${name} do not fit together`);
  }
  const columns = sums.length / counts.length;
  return sums.map((sum, index) => {
    const count = Math.round(counts[Math.floor(index / columns)] ?? 0);
    return count > 0 ? sum / count : 1;
  });
}

function check({ entries }: ImportanceMatrix): void {
  if (entries.size === 0) {
    throw new Error('it has no entries');
  }
  for (const [name, values] of entries) {
    if (!values.every(Number.isFinite)) {
      throw new Error(`its entry ${name} holds a value that is not a number`);
    }
  }
}
