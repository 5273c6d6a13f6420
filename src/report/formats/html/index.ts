import { createHash } from 'node:crypto';
import { visibleText } from '../../../records/visible-text.ts';
import type { Format, Rendition } from '../../rendition.ts';
import { type ReportDocument, visibleDocument } from '../../words/document.ts';
import { html, Markup } from '../markup.ts';
import { pageScript, pageStyle } from './assets.ts';
import { matrixOf } from './matrix.ts';
import { pictureOf } from './pictures.ts';
import { sectionOf, tableOf } from './tables.ts';
import { visiblePicture } from './visible-picture.ts';

/** A report as one page, which needs no network and can be read without JavaScript. */
export const page: Format = async (rendition) => {
  const document = visibleDocument(rendition.document());
  const matrix = rendition.matrix?.();
  const pictures = await drawAll(rendition);
  const parts = [
    answerPart(document, rendition),
    ...(pictures.length === 0
      ? []
      : [
          html`<section id="pictures"><h2>Pictures</h2><div class="pictures">${pictures}</div></section>`,
        ]),
    ...(matrix === undefined ? [] : [matrixOf(matrix)]),
    ...restParts(document),
  ];
  return { text: pageOf(document.title, html`${parts}`) };
};

async function drawAll({ pictures }: Rendition): Promise<Markup[]> {
  const drawn: Markup[] = [];
  for (const picture of pictures?.() ?? []) {
    const markup = await pictureOf(visiblePicture(picture));
    if (markup !== undefined) {
      drawn.push(markup);
    }
  }
  return drawn;
}

function answerPart(document: ReportDocument, { startedAt, head }: Rendition): Markup {
  const { title, answer = [], table, warnings } = document;
  const { machine, figures } = head?.() ?? {};
  const meta = [startedAt === undefined ? undefined : dateText(startedAt), machine]
    .filter((text) => text !== undefined)
    .map(visibleText);
  return html`<header><h1>${title}</h1>
${meta.length === 0 ? undefined : html`<p class="meta">${meta.join('; ')}</p>`}
${answer.length === 0 ? undefined : html`<ul class="answer">${answer.map((line) => html`<li>${line}</li>`)}</ul>`}${figures === undefined ? undefined : html`<p class="note">${figures}</p>`}</header>
${tableOf(table, 'Figures')}
${warnings.length === 0 ? undefined : html`<section class="warnings" aria-label="Warnings"><ul>${warnings.map((line) => html`<li>${line}</li>`)}</ul></section>`}
`;
}

/** In UTC, so that the same records give the same bytes wherever the page is made. */
function dateText(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

function restParts({ tables = [], sections }: ReportDocument): Markup[] {
  const figures = html`<section id="figures"><h2>More figures</h2>${tables.map(({ heading, table }) => tableOf(table, heading))}</section>`;
  const trust = html`<section id="trust"><h2>What the figures rest on</h2>${sections.map(sectionOf)}</section>`;
  return [...(tables.length === 0 ? [] : [figures]), ...(sections.length === 0 ? [] : [trust])];
}

/** Its styles and its script stand in it, and a policy lets it use nothing else. */
function pageOf(title: string, body: Markup): string {
  const [style, script] = [pageStyle(), pageScript()];
  const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
${body}</main>
<script type="module">${new Markup(script)}</script>
</body>
</html>
`.text;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
