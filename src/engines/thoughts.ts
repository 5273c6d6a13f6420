/** What opens a thought, and what closes it. */
export type ThoughtTags = readonly (readonly [open: string, close: string])[];

/**
 * Where an answer begins behind what a model thought aloud first; `undefined`: the thought has not
 * ended. `inThought`: what the model was given opened one.
 */
export function startBehindThoughts(
  text: string,
  tags: ThoughtTags,
  inThought: boolean,
): number | undefined {
  let start = inThought ? behindClosing(text, tags) : 0;
  while (start !== undefined) {
    const begin = start + text.slice(start).search(/\S|$/);
    const opened = tags.find(([open]) => text.startsWith(open, begin));
    if (opened === undefined) {
      return start;
    }
    start = behind(text, opened[1], begin + opened[0].length);
  }
  return undefined;
}

/** Behind the first closing tag that begins or ends a line: one in a sentence or in code is none. */
function behindClosing(text: string, tags: ThoughtTags): number | undefined {
  const ends = tags.flatMap(([, close]) => behindTag(text, close) ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Behind the first such tag that begins or ends a line. */
export function behindTag(text: string, tag: string): number | undefined {
  let end = behind(text, tag, 0);
  while (end !== undefined && !touchesLineEdge(text, end - tag.length, end)) {
    end = behind(text, tag, end);
  }
  return end;
}

function behind(text: string, tag: string, from: number): number | undefined {
  const at = text.indexOf(tag, from);
  return at < 0 ? undefined : at + tag.length;
}

function touchesLineEdge(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const before = text.slice(lineStart, start);
  const after = text.slice(end, lineEnd < 0 ? text.length : lineEnd);
  return before.trim() === '' || after.trim() === '';
}
