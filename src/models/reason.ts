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
