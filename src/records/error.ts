import { withoutUserInfo } from './user-info.ts';
import { visibleText } from './visible-text.ts';

/**
 * What a person can do something about.
 *
 * - `usage`: the input is wrong; exit code 2.
 * - `environment`: the machine or the network lacks something; exit code 3.
 * - `memory`: the machine's memory would not hold what was asked for; exit code 3.
 */
export type EvalkitErrorKind = 'usage' | 'environment' | 'memory';

/** A text that speaks of options of the command line. */
export interface OptionMessage {
  readonly text: string;
  /** Their names, for whoever knows where each was set. */
  readonly options: readonly string[];
}

/**
 * An error for the user: one line that says what happened, on which item, the offending value and
 * what to do next. Anything else that is thrown is a defect of ours.
 */
export class EvalkitError extends Error {
  readonly kind: EvalkitErrorKind;
  /** Names of the options that the message speaks of. */
  readonly options: readonly string[];

  constructor(
    kind: EvalkitErrorKind,
    message: string | OptionMessage,
    context?: { readonly cause?: unknown },
  ) {
    // It may quote a stranger's file, path or server, and addresses: nothing in it steers the terminal,
    // and no password is shown.
    const text = typeof message === 'string' ? message : message.text;
    super(visibleText(withoutUserInfo(text)), context);
    this.name = 'EvalkitError';
    this.kind = kind;
    this.options = typeof message === 'string' ? [] : message.options;
  }
}

/** A usage error (exit code 2). */
export function usageError(message: string | OptionMessage, cause?: unknown): EvalkitError {
  return new EvalkitError('usage', message, { cause });
}

/** An environment error (exit code 3). */
export function environmentError(message: string | OptionMessage, cause?: unknown): EvalkitError {
  return new EvalkitError('environment', message, { cause });
}

/** An error for a lack of memory, found before it was allocated (exit code 3). */
export function memoryError(message: string | OptionMessage): EvalkitError {
  return new EvalkitError('memory', message);
}
