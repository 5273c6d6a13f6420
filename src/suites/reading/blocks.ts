import MarkdownIt from 'markdown-it';

/** A block of code in an answer. */
export interface Block {
  /** The first word behind its opening fence, in lower case. */
  readonly info: string;
  /** Without the indentation of its fence. */
  readonly text: string;
}

/**
 * Only what can hold a fence: in an answer that is half code, four spaces are a body and no block,
 * and a tag of HTML would swallow the fence behind it.
 */
const MARKDOWN = new MarkdownIt('zero').enable(['fence', 'list', 'blockquote']);

/** The fenced blocks of an answer, in order; one that is never closed runs to the end. */
export function blocksOf(answer: string): Block[] {
  return MARKDOWN.parse(answer, {})
    .filter(({ type }) => type === 'fence')
    .map(({ info, content }) => ({
      info: /^[\w+#.-]*/.exec(info.trim())?.[0].toLowerCase() ?? '',
      text: content.replace(/\n$/, ''),
    }));
}
