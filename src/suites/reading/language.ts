/**
 * How code of one language is found in what models write. A new language is a file with one of
 * these; what a text of it holds, its grader says (`Grader.outline`).
 */
export interface LanguageReading {
  /** What stands behind an opening fence, in lower case; `''`: nothing. */
  readonly fences: readonly string[];
  /** Tags that some models write in place of fences, or around them. Case does not matter. */
  readonly tags: readonly string[];
  /** Marks in front of each line that was typed into an interpreter; the rest is what it answered. */
  readonly typed: readonly string[];
  /** Regular expression of words with which a program may begin behind a label on its line. */
  readonly beginnings: string;
  /** Regular expression of what says nothing in a block: comments, texts. */
  readonly blank: string;
  /** Regular expression that finds a definition with a body; `{{name}}` is the function's name. */
  readonly defines: string;
  /** Regular expression that finds what looks like a definition, broken or not. */
  readonly mentions: string;
  /** What a function's body is indented by. */
  readonly indent: string;
  /** Makes a method the function that was asked for. */
  readonly fromMethod: (className: string, name: string) => string;
}
