import { InsufficientMemoryError } from 'node-llama-cpp';
import { EvalkitError } from '../../../records/error.ts';
import type { Reply } from './protocol.ts';

/** An error in the form that the parent process receives. */
export function describeError(error: unknown): Reply {
  if (error instanceof EvalkitError) {
    return { kind: 'refused', errorKind: error.kind, message: error.message };
  }
  const message = error instanceof Error ? error.message : String(error);
  return isOutOfMemory(error)
    ? { kind: 'failed', reason: 'out-of-memory', message }
    : { kind: 'failed', reason: 'failed', message };
}

/** All that node-llama-cpp says where llama.cpp made no context. */
export const CREATION_FAILED = 'Failed to create context';

/** Whether there was too little memory: foreseen by node-llama-cpp, or found when allocating. */
export function isOutOfMemory(error: unknown): boolean {
  return (
    error instanceof InsufficientMemoryError ||
    (error instanceof Error && error.message === CREATION_FAILED)
  );
}
