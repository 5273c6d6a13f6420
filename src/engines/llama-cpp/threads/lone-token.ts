/** What a pass evaluates of one sequence: so many tokens from a position on. */
export interface Part {
  readonly sequence: number;
  readonly first: number;
  readonly tokens: number;
}

/**
 * From this depth on llama.cpp shares the attention of a token that is alone out among its threads, and
 * adds the parts up in another order for another count (`use_split_kv_path` in ggml-cpu's ops.cpp: from
 * 512 places of the cache on, of which it looks at multiples of 256).
 */
const DEEP = 256;

/**
 * Whether the floats of a pass depend on the thread count: where a token of it is computed alone, deep in
 * its sequence. llama.cpp computes a pass in parts, each of equally many tokens of consecutive sequences
 * (`split_equal` in its llama-batch.cpp).
 */
export function hasLoneDeepToken(parts: readonly Part[]): boolean {
  let left = [...parts];
  while (left.length > 0) {
    const together = consecutive(left);
    const each = Math.min(...together.map(({ tokens }) => tokens));
    const [lone, ...others] = together;
    if (lone !== undefined && others.length === 0 && each === 1 && lone.first >= DEEP) {
      return true;
    }
    left = left
      .map((part) =>
        together.includes(part)
          ? { ...part, first: part.first + each, tokens: part.tokens - each }
          : part,
      )
      .filter(({ tokens }) => tokens > 0);
  }
  return false;
}

function consecutive(parts: readonly Part[]): Part[] {
  const group: Part[] = [];
  for (const part of parts) {
    const last = group.at(-1);
    if (last === undefined || part.sequence === last.sequence + 1) {
      group.push(part);
    }
  }
  return group;
}
