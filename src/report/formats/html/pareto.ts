interface Point {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

type Better = Readonly<Record<'x' | 'y', 'low' | 'high'>>;

/** The points that no other beats in one way without being worse in the other, from left to right. */
export function paretoFront<P extends Point>(points: readonly P[], better: Better): P[] {
  return points
    .filter((point) => !points.some((other) => beats(other, point, better)))
    .toSorted((one, other) => one.x - other.x || one.y - other.y);
}

/** Whether a point is nowhere worse than another, and somewhere better. */
function beats(one: Point, other: Point, better: Better): boolean {
  const gains = (['x', 'y'] as const).map((side) =>
    better[side] === 'high' ? one[side] - other[side] : other[side] - one[side],
  );
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}
