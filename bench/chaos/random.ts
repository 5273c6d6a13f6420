import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that a seed decides. */
export interface Random {
  /** An integer from `least` to `most`. */
  readonly between: (least: number, most: number) => number;
  readonly oneOf: <T>(items: readonly [T, ...T[]]) => T;
  readonly shuffled: <T>(items: readonly T[]) => T[];
}

/** `part` makes other draws of the same seed: a round's are the same whatever came before it. */
export function randomOf(seed: number, part: number): Random {
  const generator = xoroshiro128plus(Math.imul(seed + 1, 0x9e3779b1) ^ part);
  const between = (least: number, most: number): number => uniformInt(generator, least, most);
  return {
    between,
    oneOf: (items) => items[between(0, items.length - 1)] ?? items[0],
    shuffled: (items) =>
      items
        .map((item) => ({ item, place: between(0, 2 ** 31) }))
        .toSorted((one, other) => one.place - other.place)
        .map(({ item }) => item),
  };
}
