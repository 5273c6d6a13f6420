/**
 * Holm's adjusted p values, in the order given: the smallest is multiplied by how many there are,
 * the next by one fewer, none below the one before it. Source: S. Holm, Scandinavian Journal of
 * Statistics 6 (1979), 65-70.
 */
export function holmAdjusted(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index }));
  order.sort((one, other) => one.value - other.value);
  const adjusted = [...values];
  let least = 0;
  for (const [rank, { value, index }] of order.entries()) {
    least = Math.min(1, Math.max(least, value * (values.length - rank)));
    adjusted[index] = least;
  }
  return adjusted;
}
