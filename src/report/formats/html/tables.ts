import type { ReportDocument } from '../../words/document.ts';
import { html, type Markup } from '../markup.ts';

/** Rows as a table that scrolls by itself where it is wider than the page; the first row holds the heads. */
export function tableOf(rows: ReportDocument['table'], caption: string): Markup {
  const [heads = [], ...body] = rows;
  return html`<div class="wide" tabindex="0" role="region" aria-label="Table: ${caption}"><table><caption>${caption}</caption><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${body.map(rowOf)}</tbody></table></div>
`;
}

function rowOf([name = '', ...cells]: readonly string[]): Markup {
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`;
}

/** Facts under a heading, and texts of several lines. */
export function sectionOf({
  heading,
  facts,
  blocks = [],
}: ReportDocument['sections'][number]): Markup {
  return html`<section class="facts"><h3>${heading}</h3>
<dl>${facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
${blocks.map(({ label, lines }) => html`<figure><figcaption>${label}</figcaption><pre tabindex="0">${lines.join('\n')}</pre></figure>`)}</section>
`;
}
