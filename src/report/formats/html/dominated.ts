import type { TradeOff } from '../../pictures.ts';

/** What counts when cells are held against each other in words, where it was measured. */
const COUNTED = ['pass@1 (%)', 'TPOT (ms)', 'file (MB)'];

/** Cells that another is nowhere worse than, and somewhere better, by their best estimates: a line each. */
export function dominatedLines({ axes, points }: TradeOff): string[] {
  const counted = axes.filter(
    ({ name }) =>
      COUNTED.includes(name) && points.every(({ values }) => values[name] !== undefined),
  );
  if (counted.length < 2) {
    return [];
  }
  const gain = (one: Point, other: Point): number[] =>
    counted.map(({ name, better }) => {
      const difference = (one.values[name]?.value ?? 0) - (other.values[name]?.value ?? 0);
      return better === 'high' ? difference : -difference;
    });
  const what = counted.map(({ name }) => name.replace(/ \(.*/, '')).join(', ');
  return points.flatMap((point) => {
    const winner = points.find((other) => {
      const gains = gain(other, point);
      return gains.every((one) => one >= 0) && gains.some((one) => one > 0);
    });
    return winner === undefined
      ? []
      : [
          `${point.name} is dominated by ${winner.name}, which is no worse in any of ${what}, by the best estimates; intervals may overlap`,
        ];
  });
}

type Point = TradeOff['points'][number];
