import type { LanguageReading } from './language.ts';
import { ESCAPES, INVISIBLE, ODD_SPACES, WRAPPING } from './marks.ts';

/** An answer with line ends and a beginning that every parser takes. */
export function withPlainLines(answer: string): string {
  return answer.replace(/^\uFEFF+/, '').replace(/\r\n?/g, '\n');
}

/**
 * A text without what is known to get between a parser and right code: what it is wrapped in gets
 * lines of its own, marks of an interpreter, escapes and invisible characters go. It is looked at
 * only where the text itself did not do, since some of it may belong to the code.
 */
export function tidied(text: string, language: LanguageReading): string {
  const wrapping = [WRAPPING, '`{3,}', '~{3,}', ...language.tags.map(escapeRegExp)].join('|');
  const label = String.raw`^[ \t]*(?:[*_#>]+[ \t]*)?[A-Z][\w ]{0,30}:(?:\*\*|__)?[ \t]+(?=${language.beginnings})`;
  const inline = new RegExp(`(?<!\`)\`(${language.beginnings})([^\`\\n]*)\`(?!\`)`, 'g');
  const apart = asTyped(unquoted(unfenced(text, language), language), language)
    .replace(inline, '\n$1$2\n')
    .replace(INVISIBLE, '')
    .replace(ODD_SPACES, ' ')
    .replace(/&(?:lt|gt|quot|#34|#39|#x27|apos|nbsp|amp);/g, (escape) => ESCAPES[escape] ?? escape)
    .replace(new RegExp(label, 'gm'), '');
  return apart.replace(
    new RegExp(`[ \\t]*(?:${wrapping})[ \\t]*`, 'gi'),
    (mark) => `\n${mark.trim()}\n`,
  );
}

/** A text without quotation marks that stand where a fence belongs, as `'''python`. */
function unfenced(text: string, { fences }: LanguageReading): string {
  const names = fences.filter((name) => name !== '').map(escapeRegExp);
  return text.replace(
    new RegExp(`^('''|""")(?:${names.join('|')})[ \\t]*\\n([^]*?)^\\1`, 'gim'),
    '$2',
  );
}

/** A text without the marks of a quotation, where one quotes code. */
function unquoted(text: string, { beginnings }: LanguageReading): string {
  return new RegExp(`^> ?(?:${beginnings})`, 'm').test(text) ? text.replace(/^> ?/gm, '') : text;
}

/** What was typed into an interpreter, where a text shows a session that defines something. */
function asTyped(text: string, { typed, beginnings }: LanguageReading): string {
  const [first = ''] = typed;
  if (!new RegExp(`^[ \\t]*${escapeRegExp(first)}(?:${beginnings})`, 'm').test(text)) {
    return text;
  }
  return text
    .split('\n')
    .map((line) => typedLine(line.trimStart(), typed))
    .join('\n');
}

function typedLine(line: string, typed: readonly string[]): string {
  const mark = typed.find((each) => line.startsWith(each) || line === each.trimEnd());
  return mark === undefined ? '' : line.slice(mark.length);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
