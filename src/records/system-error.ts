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

/** Why a file cannot be read, in words: the system's own name paths and calls. */
const READING: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'permission denied'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['ELOOP', 'its links lead in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
]);

/** Calls that read; of others, such as starting a program, a code means something else. */
const READS = /^(?:open|read|stat|lstat|scandir|access)$/;

function readingWords(error: Error): string | undefined {
  const code = systemCode(error);
  return code !== undefined && 'syscall' in error && READS.test(String(error.syscall))
    ? READING.get(code)
    : undefined;
}

/** An error as a half sentence: its message, and what lies behind a bare `fetch failed`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.cause === undefined) {
    return readingWords(error) ?? error.message;
  }
  return `${error.message} (${causeOf(error.cause)})`;
}

/** The system's code, or what lies deepest: fetch wraps a proxy's refusal twice. */
function causeOf(cause: unknown): string {
  if (!(cause instanceof Error)) {
    return String(cause);
  }
  const refused = /^Proxy response \((\d+)\)/.exec(cause.message)?.[1];
  if (refused !== undefined) {
    return `the proxy answers ${refused}`;
  }
  if ('code' in cause && typeof cause.code === 'string') {
    return cause.code;
  }
  return cause.cause === undefined ? cause.message : causeOf(cause.cause);
}
