/** pip's last error, or after a traceback the exception itself; without passwords of an index or a proxy. */
export function lastPipWord(stderr: string): string | undefined {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const error = lines.findLast((line) => /^ERROR: (?!Exception:)/.test(line));
  const word = error?.replace('ERROR: ', '') ?? lines.at(-1);
  return word?.replace(/\/\/[^/@\s]+@/g, '//');
}
