/**
 * What the operating system called a failure, such as `ENOSPC`; `undefined`: the failure is not the
 * system's.
 */
export function systemCode(error: unknown): string | undefined {
  const isOfSystem =
    error instanceof Error &&
    'errno' in error &&
    'code' in error &&
    typeof error.errno === 'number' &&
    typeof error.code === 'string';
  return isOfSystem ? String(error.code) : undefined;
}

/** Why a process failed that had no last word of its own: one line, without its long command. */
export function failureOf(result: {
  readonly originalMessage?: string | undefined;
  readonly shortMessage?: string | undefined;
}): string | undefined {
  return (result.originalMessage || result.shortMessage)?.split('\n')[0];
}

/** An error as a half sentence: its message, and what lies behind a bare `fetch failed`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.cause === undefined) {
    return error.message;
  }
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return `${error.message} (${code ?? reasonOf(cause)})`;
}
