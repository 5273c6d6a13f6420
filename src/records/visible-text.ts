/*
 * Control characters (terminal escapes among them), what turns the direction of text
 * (https://trojansource.codes) or hides in it, line separators, and what neither UTF-8 nor XML 1.0
 * has a place for: halves of surrogate pairs and noncharacters.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;

/**
 * Text that a model or a stranger's file may have written, as one harmless line: what would steer a
 * terminal, a parser or the reader's eye stands as `\u{1b}`, a line break as `\n`.
 */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (character) => ESCAPES[character] ?? escapeOf(character));
}

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** The beginning of a text, and how long the whole is; never cuts a character in two. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  const start = text.slice(0, length);
  const whole = /[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start;
  return `${whole}… (${text.length} characters in all)`;
}
