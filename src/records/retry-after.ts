/** The wait that a `Retry-After` names (RFC 9110, 10.2.3: seconds or a date), in milliseconds. */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) {
    return undefined;
  }
  // Some send parts of seconds, which would else be read as a date.
  const isNumber = /^\s*\d+(?:\.\d+)?\s*$/.test(header);
  const ms = isNumber ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
