/** Says where two plans first differ, as `cells.0.maxTokens is 512 in the folder, 256 in this command`. */
export function planDifference(found: object, wanted: object): string {
  return firstDifference(found, wanted, []) ?? 'nothing';
}

function firstDifference(
  found: unknown,
  wanted: unknown,
  path: readonly string[],
): string | undefined {
  if (isNode(found) && isNode(wanted)) {
    const names = new Set([...Object.keys(found), ...Object.keys(wanted)]);
    for (const name of names) {
      const difference = firstDifference(found[name], wanted[name], [...path, name]);
      if (difference !== undefined) {
        return difference;
      }
    }
    return undefined;
  }
  return Object.is(found, wanted)
    ? undefined
    : `${path.join('.')} is ${show(found)} in the folder, ${show(wanted)} in this command`;
}

function isNode(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
