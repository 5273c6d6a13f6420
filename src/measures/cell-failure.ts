import { EngineFailure } from '../engines/engine.ts';
import { EvalkitError } from '../records/error.ts';
import { shortened } from '../records/visible-text.ts';

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
        text: `the engine ${withCause(failure)}`,
      }
    : { detail: `memory: ${failure.message}`, text: failure.message };
}

/** How a library says why it ends its process: `CUDA error: ...`, `GGML_ASSERT(...) failed`. */
const CAUSE = /error|assert|abort|exception|fail/i;

/** What happened to the engine, and where its process ended by itself, what its log says of the cause. */
export function withCause({ reason, message, logTail }: EngineFailure): string {
  const cause = reason === 'died' ? logTail.find((line) => CAUSE.test(line)) : undefined;
  return cause === undefined ? message : `${message}: ${shortened(cause.trim(), 200)}`;
}
