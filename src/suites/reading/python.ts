import type { LanguageReading } from './language.ts';

/** A line of a function, given the indentation of its first one: deeper, empty, or its header's end. */
const LINE = String.raw`(?:\n(?:\1[ \t]+\S.*|[ \t]*|\1[)\]].*))*?`;

const HEAD = String.raw`(?:async[ \t]+)?def[ \t]+{{name}}[ \t]*\(`;

const ASSIGNED = String.raw`^[ \t]*{{name}}[ \t]*(?::[^=\n]*)?=(?!=)`;

/** How Python is found. */
export const PYTHON: LanguageReading = {
  fences: ['', 'python', 'py', 'python3', 'py3', 'python2', 'pycon', 'ipython', 'ipython3', 'sage'],
  tags: ['[PYTHON]', '[/PYTHON]', '<python>', '</python>'],
  typed: ['>>> ', '... '],
  beginnings: String.raw`(?:async[ \t]+)?def[ \t]|from[ \t]+\S+[ \t]+import\b|import[ \t]|class[ \t]|@\w`,
  blank: String.raw`"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|#.*`,
  // A body without `return` answers nothing: where one is missed, generation only goes on.
  defines: String.raw`^([ \t]*)${HEAD}.*${LINE}(?:\n\1[ \t]+|:[ \t]*)(?:return|yield)\b|${ASSIGNED}`,
  mentions: String.raw`^[ \t]*${HEAD}|${ASSIGNED}`,
  indent: '    ',
  fromMethod: (className, name) => `${name} = ${className}().${name}\n`,
};
