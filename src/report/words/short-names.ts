/** Names of cells without what all of them begin or end with, as `q8_0` of `tiny:q8_0/greedy`. */
export interface ShortNames {
  readonly of: (id: string) => string;
  /** What was left out, as `tiny:…/greedy`; absent: nothing. */
  readonly pattern: string | undefined;
}

/** Short names of cells that stand side by side; a cell that stands alone keeps its own. */
export function shortNames(ids: readonly string[]): ShortNames {
  const parts = [...new Set(ids)].map(piecesOf);
  const fewest = Math.min(...parts.map(({ length }) => length));
  const [first = []] = parts;
  if (parts.length < 2) {
    return { of: (id) => id, pattern: undefined };
  }
  const isShared = (index: number): boolean =>
    parts.every((pieces) => pieces.at(index) === first.at(index));
  let start = 0;
  while (start < fewest - 1 && isShared(start)) {
    start += 1;
  }
  let end = 0;
  while (end < fewest - 1 - start && isShared(-1 - end)) {
    end += 1;
  }
  // `base:` is cut off, the stroke before a shared end is not part of a name.
  const short = new Map(
    parts.map((pieces) => [
      pieces.join(''),
      pieces
        .slice(start, pieces.length - end)
        .join('')
        .replace(/^[/:#]|[/:#]$/g, ''),
    ]),
  );
  const names = new Set(short.values());
  if (start + end === 0 || names.size < short.size || names.has('')) {
    return { of: (id) => id, pattern: undefined };
  }
  // The mark before what differs is common too.
  const mark = start === 0 ? '' : (first[start]?.match(/^[/:#]/)?.[0] ?? '');
  const left = first.slice(0, start).join('') + mark;
  const right = first.slice(first.length - end).join('');
  return { of: (id) => short.get(id) ?? id, pattern: `${left}…${right}` };
}

/** `run`, `#tiny`, `:q8_0`, `/greedy`: each piece with the mark before it. */
function piecesOf(id: string): string[] {
  return id.match(/^[^/:#]+|[/:#][^/:#]*/g) ?? [id];
}
