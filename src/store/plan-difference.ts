/** Says where two plans first differ, as `cells.0.maxTokens is 512 there and 256 here`. */
export function planDifference(there: object, here: object): string {
  return firstDifference(there, here, []) ?? 'nothing';
}

function firstDifference(
  there: unknown,
  here: unknown,
  path: readonly string[],
): string | undefined {
  if (isNode(there) && isNode(here)) {
    const names = new Set([...Object.keys(there), ...Object.keys(here)]);
    for (const name of names) {
      const found = firstDifference(there[name], here[name], [...path, name]);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }
  return Object.is(there, here)
    ? undefined
    : `${path.join('.')} is ${show(there)} there and ${show(here)} here`;
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
