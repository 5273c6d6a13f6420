import { setTimeout } from 'node:timers/promises';
import { usageError } from '../../../records/error.ts';
import { CREATION_FAILED } from '../process/describe-error.ts';
import { FUNCTION_NAME, LOG_DELAY_MS } from '../load/load-model.ts';

/**
 * What is to be thrown where a context could not be made. node-llama-cpp says only that it could not;
 * `complaints`, llama.cpp's own words since then, tell a lack of memory from settings that the model
 * cannot have, for which this is a usage error.
 */
export async function contextError(error: unknown, complaints: readonly string[]) {
  if (!(error instanceof Error) || error.message !== CREATION_FAILED) {
    return error;
  }
  await setTimeout(LOG_DELAY_MS);
  const [first] = complaints;
  if (first === undefined || complaints.some((words) => /alloc|memory/i.test(words))) {
    return error;
  }
  return usageError(
    `llama.cpp can make no such context for this model: ${first.trim().replace(FUNCTION_NAME, '')}; change --cache-type-k, --cache-type-v or --flash`,
    error,
  );
}
