import { distance } from 'fastest-levenshtein';

/** The names that look most like `text`, the most alike first: those that it begins, then the nearest. */
export function nearestNames(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase();
  const isBegun = (name: string): boolean => wanted !== '' && name.startsWith(wanted);
  return names
    .toSorted(
      (a, b) =>
        Number(isBegun(b)) - Number(isBegun(a)) ||
        distance(wanted, a) - distance(wanted, b) ||
        sharedBegin(wanted, b) - sharedBegin(wanted, a),
    )
    .slice(0, SHOWN);
}

/** How many characters two texts have in common before they part. */
function sharedBegin(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length += 1;
  }
  return length;
}

const SHOWN = 3;
