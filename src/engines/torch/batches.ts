/** Rows of one pass over the weights. */
export type Batch<T> = readonly T[];

/**
 * Requests in batches of `parallel`. The long ones come first, so that rows of one batch are of nearly
 * one length and little is padded; alone, order changes nothing.
 */
export function batchesOf<T>(
  items: readonly T[],
  parallel: number,
  lengthOf: (item: T) => number,
): Batch<T>[] {
  const ordered =
    parallel === 1 ? items : items.toSorted((one, other) => lengthOf(other) - lengthOf(one));
  return Array.from({ length: Math.ceil(ordered.length / parallel) }, (_, number) =>
    ordered.slice(number * parallel, (number + 1) * parallel),
  );
}
