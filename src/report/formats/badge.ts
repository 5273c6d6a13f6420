import { usageError } from '../../records/error.ts';
import { shortened, visibleText } from '../../records/visible-text.ts';
import type { Badge, Format, Rendition } from '../rendition.ts';
import { renderJson } from './json.ts';
import { html, type Markup } from './markup.ts';

/** As README badges have them: good, open, bad, and what is no judgement. */
const COLOURS = { good: '#2a7f3f', open: '#946200', bad: '#b3261e', plain: '#33679a' } as const;

/** A badge is no place for a longer text. */
const LONGEST_TEXT = 80;

/** Width of a character of 11 pixels, and of the margins of a half. */
const CHARACTER_WIDTH = 6.6;
const MARGINS = 12;

/** A badge as SVG: what was measured, and what came of it. */
export const badge: Format = (rendition) => {
  const { label, message, level } = badgeOf(rendition, 'badge');
  const [left, right] = [label, message].map(
    (text) => Math.round(Array.from(text).length * CHARACTER_WIDTH) + MARGINS,
  );
  return {
    text: svgOf({ label, message, colour: COLOURS[level], left: left ?? 0, right: right ?? 0 }),
  };
};

/** The same as an endpoint of shields.io. */
export const shields: Format = (rendition) => {
  const { label, message, level } = badgeOf(rendition, 'shields');
  return { text: renderJson({ schemaVersion: 1, label, message, color: COLOURS[level] }) };
};

function badgeOf({ badge: part }: Rendition, format: string): Badge {
  if (part === undefined) {
    throw usageError(`--format ${format}: this report has no one figure; use another --format`);
  }
  const { label, message, level } = part();
  return { label: shown(label), message: shown(message), level };
}

function shown(text: string): string {
  return shortened(visibleText(text), LONGEST_TEXT);
}

function svgOf({
  label,
  message,
  colour,
  left,
  right,
}: {
  readonly label: string;
  readonly message: string;
  readonly colour: string;
  readonly left: number;
  readonly right: number;
}): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${left + right}" height="20" role="img" aria-label="${label}: ${message}">
<title>${label}: ${message}</title>
<rect width="${left}" height="20" fill="#444"/>
<rect x="${left}" width="${right}" height="20" fill="${colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">${textAt(left / 2, label)}${textAt(left + right / 2, message)}</g>
</svg>
`.text;
}

function textAt(middle: number, content: string): Markup {
  return html`<text x="${middle}" y="14">${content}</text>`;
}
