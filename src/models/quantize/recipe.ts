import { basename } from 'node:path';
import { about } from '../../options/message.ts';
import { type OptionMessage, usageError } from '../../records/error.ts';
import type { ImatrixFact } from '../../records/model.ts';
import { hashFile } from '../cache/checksum.ts';
import { fileBytes } from '../gguf/gguf.ts';
import { readImportanceMatrix } from './importance-matrix.ts';
import { needsImportanceMatrix, type Quantization } from '../quantization.ts';
import type { ModelSettings } from '../settings.ts';

/** An importance matrix, and what provenance says of it. */
export interface ImatrixFile {
  /** Absolute path. */
  readonly path: string;
  readonly fact: ImatrixFact;
}

/** How a file is made from another. */
export interface Recipe {
  readonly quantization: Quantization;
  readonly imatrix: ImatrixFile | undefined;
}

/**
 * Throws a usage error for a quantization that llama.cpp makes only with an importance matrix.
 * `item` is what the user named.
 */
export function checkRecipe(
  quantization: Quantization,
  imatrix: string | undefined,
  item: OptionMessage | string,
): void {
  if (imatrix === undefined && needsImportanceMatrix(quantization)) {
    throw usageError(
      about`${item}: llama.cpp makes ${quantization} only with an importance matrix; compute one with its llama-imatrix and make the file with evalkit quantize --imatrix FILE, or choose another quantization`,
    );
  }
}

/** Reads and hashes an importance matrix. Throws a usage error for a file that is none. */
export async function openImatrix(path: string, settings: ModelSettings): Promise<ImatrixFile> {
  const { datasets, chunks } = await readImportanceMatrix(path);
  const bytes = await fileBytes(path);
  const sha256 = await hashFile(path, settings);
  return {
    path,
    fact: {
      name: basename(path),
      sha256,
      bytes,
      datasets: [...datasets],
      ...(chunks === undefined ? {} : { chunks }),
    },
  };
}
