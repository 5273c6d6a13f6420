import type { TopLevelSpec } from 'vega-lite';
import type { Axis, Estimate, Intervals, Strips, TradeOff, Trend } from '../../pictures.ts';
import { paretoFront } from './pareto.ts';

/** As wide as a picture's place, so that text is as large as the page's. */
const WIDTH = 460;
const WIDE = 760;
const ROW_HEIGHT = 34;

/** Colours are the page's, so that they follow light and dark. */
const CONFIG: NonNullable<TopLevelSpec['config']> = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  aria: false,
  axis: {
    labelColor: 'currentColor',
    titleColor: 'currentColor',
    gridColor: 'var(--grid)',
    domainColor: 'var(--rule)',
    tickColor: 'var(--rule)',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 220,
    labelOverlap: true,
    tickCount: 8,
  },
  view: { stroke: null },
  text: { fontSize: 12, fill: 'currentColor' },
};

const SERIES = ['var(--s0)', 'var(--s1)', 'var(--s2)', 'var(--s3)', 'var(--s4)', 'var(--s5)'];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'];

/** Same colour and shape for a name in every picture. */
function series(names: readonly string[]) {
  const scaleOf = (items: readonly string[]) => ({
    domain: [...names],
    range: names.map((_, index) => items[index % items.length] ?? ''),
  });
  const of = { field: 'name', type: 'nominal', legend: null } as const;
  return {
    color: { ...of, scale: scaleOf(SERIES) },
    shape: { ...of, scale: scaleOf(SHAPES) },
  };
}

/** One quality over one cost, with intervals both ways and the front of what nothing beats. */
export function tradeOffSpec({ points }: TradeOff, quality: Axis, cost: Axis): TopLevelSpec {
  const measured = points.flatMap(({ name, values }) => {
    const [x, y] = [values[cost.name], values[quality.name]];
    return x === undefined || y === undefined ? [] : [{ name, x, y }];
  });
  const rows = measured.map(({ name, x, y }) => ({
    name,
    x: x.value,
    y: y.value,
    ...bounds('x', x),
    ...bounds('y', y),
  }));
  const front = paretoFront(rows, { x: cost.better, y: quality.better });
  const { color, shape } = series(points.map(({ name }) => name));
  const scale = { zero: false, nice: true, padding: 24 } as const;
  const x = { field: 'x', type: 'quantitative', title: cost.name, scale } as const;
  const y = { field: 'y', type: 'quantitative', title: quality.name, scale } as const;
  return {
    width: WIDE,
    height: 320,
    config: CONFIG,
    data: { values: rows },
    layer: [
      {
        data: { values: front },
        mark: { type: 'line', interpolate: 'linear', stroke: 'var(--rule)', strokeDash: [4, 4] },
        encoding: { x, y, order: { field: 'x' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.65 },
        encoding: { x, y: { ...y, field: 'yLow' }, y2: { field: 'yHigh' }, color },
      },
      {
        mark: { type: 'rule', strokeWidth: 2, opacity: 0.65 },
        encoding: { y, x: { ...x, field: 'xLow' }, x2: { field: 'xHigh' }, color },
      },
      {
        mark: { type: 'point', filled: true, size: 110, opacity: 1 },
        encoding: { x, y, color, shape },
      },
      ...labels({ align: 'left', dx: 10, dy: -9 }, { x, y, text: { field: 'name' } }),
    ],
  };
}

/** Names beside points, each on a ground of its own, so that no line runs through it. */
function labels<E>(
  place: { readonly align: 'left' | 'right'; readonly dx?: number; readonly dy: number },
  encoding: E,
) {
  const text = { type: 'text', ...place } as const;
  return [
    { mark: { ...text, stroke: 'var(--paper)', strokeWidth: 4 } as const, encoding },
    { mark: text, encoding },
  ];
}

function bounds(side: string, { value, low, high }: Estimate): Record<string, number> {
  return { [`${side}Low`]: low ?? value, [`${side}High`]: high ?? value };
}

/** Raw samples, spread over a line's height by their order, so that equal ones do not hide each other. */
export function stripsSpec({ rows, unit }: Strips): TopLevelSpec {
  const values = rows.flatMap(({ name, values: samples }) =>
    samples.map((value, index) => ({ name, value, offset: index % 7 })),
  );
  const { color } = series(rows.map(({ name }) => name));
  return {
    width: WIDTH,
    height: { step: ROW_HEIGHT, for: 'position' },
    config: CONFIG,
    data: { values },
    mark: { type: 'point', filled: true, size: 22, opacity: 0.55 },
    encoding: {
      x: { field: 'value', type: 'quantitative', title: unit, scale: { zero: false, nice: true } },
      y: { field: 'name', type: 'nominal', title: null, sort: rows.map(({ name }) => name) },
      yOffset: { field: 'offset', type: 'ordinal', scale: { paddingOuter: 1 } },
      color,
    },
  };
}

/** A line a row: the interval, the estimate, and what it is held against. */
export function intervalsSpec({ rows, unit, marks = [] }: Intervals): TopLevelSpec {
  const values = rows.map((row) => ({ name: row.name, value: row.value, ...bounds('x', row) }));
  const sort = rows.map(({ name }) => name);
  const y = { field: 'name', type: 'nominal' as const, title: null, sort };
  const x = { type: 'quantitative', title: unit, scale: { zero: false, nice: true } } as const;
  return {
    width: WIDTH,
    height: { step: ROW_HEIGHT },
    config: CONFIG,
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 3, stroke: 'var(--s0)', opacity: 0.6 },
        encoding: { y, x: { ...x, field: 'xLow' }, x2: { field: 'xHigh' } },
      },
      {
        mark: { type: 'point', filled: true, size: 90, fill: 'var(--s0)', opacity: 1 },
        encoding: { y, x: { ...x, field: 'value' } },
      },
      {
        data: { values: [...marks] },
        mark: { type: 'rule', strokeDash: [4, 3], stroke: 'var(--mark)', strokeWidth: 1.5 },
        encoding: { x: { ...x, field: 'value' } },
      },
      {
        data: { values: [...marks] },
        mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 3, y: -2 },
        encoding: { x: { ...x, field: 'value' }, text: { field: 'name' } },
      },
    ],
  };
}

/** Of runs within a few days the hours tell them apart. */
function dateFormat(dates: readonly string[]): string {
  const times = dates.map((at) => Date.parse(at));
  const days = (Math.max(...times) - Math.min(...times)) / 86_400_000;
  return days < 3 ? '%m-%d %H:%M' : '%Y-%m-%d';
}

/** Estimates over time, a line a cell. */
export function trendSpec({ rows, unit }: Trend): TopLevelSpec {
  const values = rows.flatMap(({ name, points }) =>
    points.map((point) => ({ name, at: point.at, value: point.value, ...bounds('y', point) })),
  );
  const last = rows.flatMap(({ name }) => values.findLast((one) => one.name === name) ?? []);
  const { color, shape } = series(rows.map(({ name }) => name));
  const x = {
    field: 'at',
    type: 'temporal',
    title: null,
    scale: { type: 'utc', padding: 12 },
    axis: { labelOverlap: true, tickCount: 5, format: dateFormat(values.map(({ at }) => at)) },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    title: unit,
    scale: { zero: false, nice: true },
  } as const;
  return {
    width: WIDTH,
    height: 200,
    config: CONFIG,
    data: { values },
    layer: [
      { mark: { type: 'line', strokeWidth: 2 }, encoding: { x, y, color } },
      {
        mark: { type: 'rule', opacity: 0.5 },
        encoding: { x, y: { ...y, field: 'yLow' }, y2: { field: 'yHigh' }, color },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x, y, color, shape },
      },
      {
        data: { values: last },
        layer: labels({ align: 'right', dy: -10 }, { x, y, text: { field: 'name' } }),
      },
    ],
  };
}
