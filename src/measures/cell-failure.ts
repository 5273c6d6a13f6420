import { EngineFailure } from '../engines/engine.ts';
import { EvalkitError } from '../records/error.ts';

/** What ends one cell's work and leaves the others theirs; `undefined` for any other error. */
export function cellFailure(error: unknown): EngineFailure | EvalkitError | undefined {
  const isMemory = error instanceof EvalkitError && error.kind === 'memory';
  return isMemory || error instanceof EngineFailure ? error : undefined;
}

/** A failure as an incident keeps it, and in a line for the user. */
export function describeFailure(failure: EngineFailure | EvalkitError): {
  readonly detail: string;
  readonly text: string;
} {
  return failure instanceof EngineFailure
    ? {
        detail: [`${failure.reason}: ${failure.message}`, ...failure.logTail].join('\n'),
        text: `the engine ${failure.message}`,
      }
    : { detail: `memory: ${failure.message}`, text: failure.message };
}
