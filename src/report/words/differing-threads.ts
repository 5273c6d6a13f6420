/** Where cells that are compared ran with different thread counts: two of them, in words. */
export function differingThreads(
  threads: readonly (readonly [cell: string, threads: number])[],
): string | undefined {
  const [first, ...rest] = threads;
  const other = rest.find(([, count]) => count !== first?.[1]);
  return first === undefined || other === undefined
    ? undefined
    : `cells ran with different thread counts (${first[0]} with ${first[1]}, ${other[0]} with ${other[1]}), so that their times do not compare`;
}
