import { type InParts, ofPart, partNames } from '../../records/verdict.ts';

/** What is said of each part of the tests, where they have several; else nothing. */
export function partsOf<V extends InParts, F>(
  verdicts: readonly V[],
  figures: (verdicts: readonly V[]) => F,
): { readonly parts?: Record<string, F> } {
  const names = partNames(verdicts);
  return names.length === 0
    ? {}
    : { parts: Object.fromEntries(names.map((name) => [name, figures(ofPart(verdicts, name))])) };
}

/** A figure's name with its part, as `pass@1 base`. */
export function nameInPart(figure: string, part: string | undefined): string {
  return part === undefined ? figure : `${figure} ${part}`;
}

/** The parts of a report, or the whole of it where its tests have none. */
export function partsOrWhole<T>(
  whole: T,
  parts: Readonly<Record<string, T>> | undefined,
): (readonly [part: string | undefined, figures: T])[] {
  return parts === undefined ? [[undefined, whole]] : Object.entries(parts);
}
