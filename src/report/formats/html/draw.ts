import type { TopLevelSpec } from 'vega-lite';
import { Markup } from '../markup.ts';

/** Draws a chart as SVG. Vega is loaded with the first one: a page without charts does without. */
export async function drawSvg(spec: TopLevelSpec): Promise<Markup> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  // The same chart gets the same bytes whatever was drawn before it.
  vega.resetSVGDefIds();
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return new Markup(
      svg
        // The page says what the picture shows, in words and as a table.
        .replace('<svg ', '<svg aria-hidden="true" focusable="false" ')
        .replace(/ (?:class|pointer-events|aria-roledescription|font-family)="[^"]*"/g, '')
        .replace(/-?\d+\.\d{3,}/g, (digits) => String(Number(Number(digits).toFixed(2)))),
    );
  } finally {
    view.finalize();
  }
}
