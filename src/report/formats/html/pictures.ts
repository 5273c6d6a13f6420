import type {
  Axis,
  Estimate,
  Heat,
  Intervals,
  Picture,
  Strips,
  TradeOff,
  Trend,
} from '../../pictures.ts';
import { threeDigits } from '../../words/figure-words.ts';
import { drawSvg } from './draw.ts';
import { dominatedLines } from './dominated.ts';
import { html, type Markup } from '../markup.ts';
import { intervalsSpec, stripsSpec, tradeOffSpec, trendSpec } from './specs.ts';
import { tableOf } from './tables.ts';

/** More raw samples than this are thinned out evenly: a strip shows their spread all the same. */
const SAMPLES_SHOWN = 150;

/** A picture with its heading, and what it shows in words. */
export async function pictureOf(picture: Picture): Promise<Markup | undefined> {
  switch (picture.kind) {
    case 'trade-off':
      return await tradeOffOf(picture);
    case 'strips':
      return figureOf(picture, await drawSvg(stripsSpec(thinned(picture))), stripsTable(picture));
    case 'intervals':
      return figureOf(picture, await drawSvg(intervalsSpec(picture)), intervalsTable(picture));
    case 'heat':
      return heatOf(picture);
    case 'trend':
      return figureOf(picture, await drawSvg(trendSpec(picture)), trendTable(picture));
  }
}

/** The drawing, and its figures as a table that is there for whoever cannot see it. */
function figureOf(
  { heading }: { readonly heading: string },
  drawing: Markup,
  table: readonly (readonly string[])[],
): Markup {
  return html`<section class="picture"><h3>${heading}</h3>
<div class="drawing" tabindex="0" role="img" aria-label="${heading}: its figures are in the table below">${drawing}</div>
<details><summary>Figures of: ${heading}</summary>${tableOf(table, heading)}</details></section>
`;
}

/** A drawing for every pair of axes; without JavaScript the first shows and the others unfold. */
async function tradeOffOf(picture: TradeOff): Promise<Markup | undefined> {
  const { heading, axes, points } = picture;
  const pairs = axes
    .filter(({ role }) => role === 'quality')
    .flatMap((quality) =>
      axes.filter(({ role }) => role === 'cost').map((cost) => [quality, cost] as const),
    );
  if (points.length < 2 || pairs.length === 0) {
    return undefined;
  }
  const drawings: Markup[] = [];
  for (const [quality, cost] of pairs) {
    const svg = await drawSvg(tradeOffSpec(picture, quality, cost));
    drawings.push(html`<figure class="pair" data-quality="${quality.name}" data-cost="${cost.name}"><figcaption>${quality.name} over ${cost.name}</figcaption><div class="drawing" tabindex="0" role="img" aria-label="${quality.name} over ${cost.name}: the figures are in the table below">${svg}</div></figure>
`);
  }
  const [first, ...others] = drawings;
  const dominated = dominatedLines(picture);
  return html`<section class="picture" id="trade-off"><h3>${heading}</h3>
<p class="note">Lines are 95 % intervals. The dashed line joins the cells that no other beats in both ways, by the best estimates.</p>
${dominated.length === 0 ? undefined : html`<ul class="dominated">${dominated.map((line) => html`<li>${line}</li>`)}</ul>`}
<div id="pairs">${first}${others.length === 0 ? undefined : html`<details id="other-pairs"><summary>Other axes</summary>${others}</details>`}</div>
<details><summary>Figures of: ${heading}</summary>${tableOf(tradeOffTable(axes, points), heading)}</details></section>
`;
}

function tradeOffTable(axes: readonly Axis[], points: TradeOff['points']): string[][] {
  return [
    ['cell', ...axes.map(({ name }) => name)],
    ...points.map(({ name, values }) => [
      name,
      ...axes.map((axis) => estimateText(values[axis.name])),
    ]),
  ];
}

function estimateText(estimate: Estimate | undefined): string {
  if (estimate === undefined) {
    return 'n/a';
  }
  const { value, low, high } = estimate;
  return low === undefined || high === undefined
    ? threeDigits(value)
    : `${threeDigits(value)} (${threeDigits(low)} to ${threeDigits(high)})`;
}

function thinned(picture: Strips): Strips {
  const rows = picture.rows.map(({ name, values }) => {
    const step = Math.max(1, Math.ceil(values.length / SAMPLES_SHOWN));
    return { name, values: values.filter((_, index) => index % step === 0) };
  });
  return { ...picture, rows };
}

function stripsTable({ rows, unit }: Strips): string[][] {
  return [
    ['cell', 'n', `lowest (${unit})`, 'median', 'highest'],
    ...rows.map(({ name, values }) => {
      const sorted = values.toSorted((one, other) => one - other);
      const [low, median, high] = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
      return [name, String(values.length), ...[low, median, high].map(digitsOr)];
    }),
  ];
}

function digitsOr(value: number | undefined): string {
  return value === undefined ? 'n/a' : threeDigits(value);
}

function intervalsTable({ rows, unit, marks = [] }: Intervals): string[][] {
  const hasVerdict = rows.some(({ verdict }) => verdict !== undefined);
  return [
    ['', unit, ...(hasVerdict ? ['verdict'] : [])],
    ...rows.map((row) => [row.name, estimateText(row), ...(hasVerdict ? [row.verdict ?? ''] : [])]),
    ...marks.map(({ name, value }) => [name, threeDigits(value), ...(hasVerdict ? [''] : [])]),
  ];
}

function trendTable({ rows, unit }: Trend): string[][] {
  return [
    ['cell', 'run', unit],
    ...rows.flatMap(({ name, points }) =>
      points.map((point) => [name, point.at, estimateText(point)]),
    ),
  ];
}

/** Shades of a heat map; each has a class in the page's styles. */
const SHADES = 8;

function heatOf({ heading, sides: [rowSide, columnSide], columns, rows }: Heat): Markup {
  const values = rows.flatMap(({ cells }) => cells.flatMap(({ value }) => value ?? []));
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  const shade = (value: number | undefined): string =>
    value === undefined
      ? 'missing'
      : `heat${high === low ? 0 : Math.round(((Math.log(value) - low) / (high - low)) * (SHADES - 1))}`;
  return html`<section class="picture"><h3>${heading}</h3>
<div class="wide" tabindex="0" role="region" aria-label="${heading}"><table class="heat"><caption>rows: ${rowSide}, columns: ${columnSide}</caption><thead><tr><th scope="col">${rowSide} by ${columnSide}</th>${columns.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows.map(({ name, cells }) => html`<tr><th scope="row">${name}</th>${cells.map(({ text, value }) => html`<td class="${shade(value)}">${text}</td>`)}</tr>`)}</tbody></table></div></section>
`;
}
