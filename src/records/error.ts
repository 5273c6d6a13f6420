/**
 * What a person can do something about.
 *
 * - `usage`: the input is wrong; exit code 2.
 * - `environment`: the machine or the network lacks something; exit code 3.
 * - `memory`: the machine's memory would not hold what was asked for; exit code 3.
 */
export type EvalkitErrorKind = 'usage' | 'environment' | 'memory';

/**
 * An error for the user: one line that says what happened, on which item, the offending value and
 * what to do next. Anything else that is thrown is a defect of ours.
 */
export class EvalkitError extends Error {
  readonly kind: EvalkitErrorKind;

  constructor(kind: EvalkitErrorKind, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'EvalkitError';
    this.kind = kind;
  }
}

/** A usage error (exit code 2). */
export function usageError(message: string, cause?: unknown): EvalkitError {
  return new EvalkitError('usage', message, { cause });
}

/** An environment error (exit code 3). */
export function environmentError(message: string, cause?: unknown): EvalkitError {
  return new EvalkitError('environment', message, { cause });
}

/** An error for want of memory, found before it was taken (exit code 3). */
export function memoryError(message: string): EvalkitError {
  return new EvalkitError('memory', message);
}
