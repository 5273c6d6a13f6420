import MarkdownIt from 'markdown-it';

/** Markup that is ours: everything else in it was escaped when it was put in. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What stands in a page: text is escaped, nothing is left out. */
export type Content = Markup | string | number | undefined | readonly Content[];

const { escapeHtml } = new MarkdownIt().utils;

/** A template of markup; what is put into it is escaped unless it is markup itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + textOf(values[index - 1]) + part));
}

function textOf(content: Content): string {
  if (content === undefined) {
    return '';
  }
  if (content instanceof Markup) {
    return content.text;
  }
  return typeof content === 'object'
    ? content.map(textOf).join('')
    : escapeHtml(String(content)).replaceAll("'", '&#39;');
}

/** JSON for a script element, in which no element can end or begin. */
export function jsonForScript(value: unknown): Markup {
  return new Markup(
    JSON.stringify(value).replace(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
