import type { Extraction } from '../suite.ts';
import type { Outlined, Placed } from './needed.ts';

/**
 * The program's own part of statements: what belongs at the very top in its head, the rest in the
 * order of the texts. A text that is needed as a whole stays as it is, comments and all.
 */
export function assemble(needed: readonly Placed[], ending: string): Extraction {
  const heads = needed.filter(({ statement }) => statement.kind === 'future');
  const sources = [...new Set(needed.map(({ source }) => source))];
  const texts = sources.map((source) =>
    textOf(
      source,
      needed.filter((each) => each.source === source && each.statement.kind !== 'future'),
    ),
  );
  const code = `\n${texts.filter((text) => text.trim() !== '').join('\n\n')}${ending}`;
  return heads.length === 0
    ? { kind: 'code', code }
    : { kind: 'code', code, head: heads.map((each) => `${linesOf(each)}\n`).join('') };
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
