/** Picks so many, spread evenly over all, in their order: neighbours of a data set resemble each other. */
export function spread<T>(all: readonly T[], count: number): T[] {
  const wanted = Math.min(count, all.length);
  return Array.from({ length: wanted }, (_, index) =>
    Math.floor((index * all.length) / wanted),
  ).flatMap((index) => all.slice(index, index + 1));
}
