import { markdownTable } from 'markdown-table';
import { shortened, visibleText } from '../../records/visible-text.ts';
import type { Annotation, Details, Format } from '../rendition.ts';
import { escapeMarkdown, markdownParts } from './markdown.ts';
import { partOf } from './part.ts';

/** GitHub refuses a step summary of more than 1 MiB: at most 200 rows of at most 3 kB. */
const LISTED = 200;
const DETAIL_CHARACTERS = 300;

/** GitHub shows some 4 kB of an annotation. */
const MESSAGE_CHARACTERS = 2_000;

/** A report for a GitHub step summary, and what a pipeline must be told besides as annotations. */
export const github: Format = ({ document, details, annotations }) => {
  const lines = renderAnnotations(partOf(annotations, 'github'));
  const list = details?.();
  const { first, rest } = markdownParts(document());
  const parts = [
    first,
    ...(list === undefined ? [] : [foldedList(list)]),
    ...(rest === undefined ? [] : [folded('All figures, and what they rest on', rest)]),
  ];
  return { text: parts.join('\n'), annotations: lines };
};

/** What stands in no one's way, and unfolds. */
function folded(heading: string, text: string): string {
  return `<details><summary>${heading}</summary>\n\n${text.trimEnd()}\n\n</details>\n`;
}

function foldedList({ heading, table: [heads = [], ...rows] }: Details): string {
  const listed = rows
    .slice(0, LISTED)
    .map((row) =>
      row.map((text) => escapeMarkdown(shortened(visibleText(text), DETAIL_CHARACTERS))),
    );
  const more = rows.length > LISTED ? `\n\nand ${rows.length - LISTED} more.` : '';
  const table = markdownTable([[...heads], ...listed], { alignDelimiters: false });
  return folded(heading, `${table}${more}`);
}

/** Annotations as GitHub's workflow commands, a line each, to be printed on stdout. */
function renderAnnotations(annotations: readonly Annotation[]): string {
  return annotations
    .map(({ level, title, message }) => {
      const text = escapeData(shortened(visibleText(message), MESSAGE_CHARACTERS));
      return `::${level} title=${escapeProperty(visibleText(title))}::${text}\n`;
    })
    .join('');
}

/** As the toolkit of GitHub's actions does (`@actions/core`, command.ts). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
