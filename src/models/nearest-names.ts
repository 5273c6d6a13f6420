import { distance } from 'fastest-levenshtein';

/** The names that look most like `text`, the most alike first. */
export function nearestNames(text: string, names: readonly string[]): string[] {
  const wanted = text.toLowerCase();
  return names.toSorted((a, b) => distance(wanted, a) - distance(wanted, b)).slice(0, SHOWN);
}

const SHOWN = 3;
