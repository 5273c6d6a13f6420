import type { Axis, TradeOff } from '../../pictures.ts';

/** Costs that count beside a pass rate when cells are held against each other in words, where they were measured. */
const COSTS = ['TPOT (ms)', 'file (MB)'];
const PASS_RATE = 'pass@1 (%)';

/** Cells that another is nowhere worse than, and somewhere better, by their best estimates: a line each. */
export function dominatedLines({ axes, points }: TradeOff): string[] {
  const costs = axes.filter(({ name }) => COSTS.includes(name));
  return axes
    .filter(({ name }) => name.endsWith(PASS_RATE))
    .flatMap((rate) => {
      // Those that were asked the same tasks.
      const asked = points.filter(({ values }) => values[rate.name] !== undefined);
      const counted = [rate, ...costs].filter(({ name }) =>
        asked.every(({ values }) => values[name] !== undefined),
      );
      return counted.length < 2 ? [] : linesOf(asked, counted);
    });
}

function linesOf(points: TradeOff['points'], counted: readonly Axis[]): string[] {
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
