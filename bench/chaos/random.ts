import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Draws that a seed decides. */
export interface Random {
  /** An integer from `least` to `most`. */
  readonly between: (least: number, most: number) => number;
  readonly oneOf: <T>(items: readonly [T, ...T[]]) => T;
}

export function randomOf(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const between = (least: number, most: number): number => uniformInt(generator, least, most);
  return {
    between,
    oneOf: (items) => items[between(0, items.length - 1)] ?? items[0],
  };
}
