import type { Extraction } from '../suite.ts';
import type { Outlined, Placed } from './needed.ts';

/**
 * The program's own part of statements: what belongs at the very top in its head, the rest in the
 * order of the texts. A text that is needed as a whole stays as it is, comments and all.
 */
export function assemble(needed: readonly Placed[], ending: string): Extraction {
  const futures = needed.filter(({ statement }) => statement.kind === 'future');
  const heads = needed.filter((each) => futures.some((future) => shareLine(each, future)));
  const sources = [...new Set(needed.map(({ source }) => source))];
  const texts = sources.map((source) =>
    textOf(
      source,
      needed.filter((each) => each.source === source && !heads.includes(each)),
    ),
  );
  const code = `\n${texts.filter((text) => text.trim() !== '').join('\n\n')}${ending}`;
  return heads.length === 0
    ? { kind: 'code', code }
    : { kind: 'code', code, head: heads.map((each) => headOf(each, heads)).join('') };
}

/** Whether two statements stand on one line, as `from __future__ import annotations; import math`. */
function shareLine(one: Placed, other: Placed): boolean {
  return (
    one.source === other.source &&
    one.statement.start < other.statement.end &&
    other.statement.start < one.statement.end
  );
}

/** The lines of one of the heads without those that an earlier one brings. */
function headOf(head: Placed, heads: readonly Placed[]): string {
  const earlier = heads.slice(0, heads.indexOf(head)).filter((each) => shareLine(each, head));
  const start = Math.max(head.statement.start, ...earlier.map(({ statement }) => statement.end));
  const left = { ...head, statement: { ...head.statement, start } };
  return start < head.statement.end ? `${linesOf(left)}\n` : '';
}

function textOf(source: Outlined, kept: readonly Placed[]): string {
  const { text, isWhole, statements } = source;
  if (!isWhole) {
    return kept.map(linesOf).join('\n');
  }
  const lines = text.split('\n');
  const stays = new Set(kept.map(({ statement }) => statement));
  // A line that two statements share stays with the one that is needed.
  const needed = new Set([...stays].flatMap(lineNumbers));
  const gone = new Set(
    statements
      .filter((statement) => !stays.has(statement))
      .flatMap(lineNumbers)
      .filter((line) => !needed.has(line)),
  );
  return lines.filter((_, line) => !gone.has(line)).join('\n');
}

function lineNumbers({ start, end }: { readonly start: number; readonly end: number }): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

function linesOf({ statement: { start, end, indent }, source }: Placed): string {
  return source.text
    .split('\n')
    .slice(start, end)
    .map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line))
    .join('\n');
}
