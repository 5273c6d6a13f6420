import { systemFailure } from '../app/system-failure.ts';
import { environmentError } from '../records/error.ts';

/** Does something; what the operating system refuses meanwhile is an `EvalkitError` too. */
export function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw typed(error);
  }
}

/** The same of what takes time. */
export async function guardedAsync<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw typed(error);
  }
}

function typed(error: unknown): unknown {
  const refused = systemFailure(error);
  return refused === undefined ? error : environmentError(refused, error);
}
