/**
 * What a pass costs, in units of what one token more adds to it; measured with models of half a
 * billion parameters on a CPU, where a token alone is computed by routines of its own.
 */
export const passCost = (tokens: number): number => (tokens === 1 ? 5 : 10 + tokens);

/**
 * Which idle sequences between the working ones should evaluate a token for nothing. Where each
 * sequence has a cache of its own, llama.cpp joins only consecutive sequence ids into one pass, so
 * a gap costs a pass more (`split_equal` with sequential ids in its llama-batch.cpp). `working` is in
 * ascending order. Decided by counts alone, so that the same plan gives the same passes.
 */
export function gapsToFill(working: readonly number[]): ReadonlySet<number> {
  const groups = cheapestGroups(working);
  const busy = new Set(working);
  return new Set(
    groups.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
        (number) => !busy.has(number),
      ),
    ),
  );
}

/** Sequences of one pass, from `first` to `last`. */
interface Group {
  readonly first: number;
  readonly last: number;
}

/** The partition into groups whose passes cost least, found for each beginning of the list in turn. */
function cheapestGroups(working: readonly number[]): readonly Group[] {
  const best: { readonly cost: number; readonly groups: readonly Group[] }[] = [
    { cost: 0, groups: [] },
  ];
  for (const [index, last] of working.entries()) {
    const choices = best.map(({ cost, groups }, start) => {
      const first = working[start] ?? last;
      return { cost: cost + passCost(last - first + 1), groups: [...groups, { first, last }] };
    });
    best[index + 1] = choices.reduce((one, other) => (other.cost < one.cost ? other : one));
  }
  return best.at(-1)?.groups ?? [];
}
