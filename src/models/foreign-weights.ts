import { readdirSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { usageError } from '../records/error.ts';
import { CONVERSION_HINT, isForeignWeights } from './conversion-hint.ts';

/**
 * Throws a usage error for a path that exists and is no .gguf: a folder, safetensors, PyTorch's own
 * format. `item` is what the user wrote, with its flag.
 */
export function refuseForeignWeights(path: string, item: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    throw usageError(`${item} is ${describeFolder(path)}`);
  }
  if (found !== undefined && !/\.gguf$/i.test(path)) {
    throw usageError(
      isForeignWeights(basename(path))
        ? `${item} holds weights in another format than GGUF; ${CONVERSION_HINT}`
        : `${item} is no .gguf file; if it holds weights, ${CONVERSION_HINT}`,
    );
  }
}

function describeFolder(path: string): string {
  const names = readdirSync(path).toSorted();
  const weights = names.filter(isForeignWeights);
  const [example] = weights;
  const models = names.filter((name) => /\.gguf$/i.test(name));
  if (models.length > 0) {
    return `a folder; name one of its files: ${models.slice(0, 3).join(', ')}`;
  }
  return example === undefined
    ? `a folder without weights; name a .gguf`
    : `a folder of weights in another format than GGUF (${example}${weights.length > 1 ? `, ${weights.length} files` : ''}); ${CONVERSION_HINT}`;
}
