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
