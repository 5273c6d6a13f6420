import type { StopRule } from '../../../records/plan.ts';

/** Where a completion ends. */
export interface Stop {
  /** Length of what is kept, in UTF-16 units. */
  readonly length: number;
  readonly reason: 'stop-sequence' | 'fence';
}

/**
 * Finds the end of a completion in the text generated so far. It depends on the text alone, not on
 * how it came in tokens: what decides is the character that first makes the end certain.
 */
export function findStop(rule: StopRule, text: string): Stop | undefined {
  switch (rule.kind) {
    case 'sequences':
      return findSequence(rule.sequences, text);
    case 'fence':
      return findClosingFence(rule.open, text);
  }
}

/** The sequence that is complete first; of two that end together, the longer one. */
function findSequence(sequences: readonly string[], text: string): Stop | undefined {
  let first: { readonly start: number; readonly end: number } | undefined;
  for (const sequence of sequences) {
    const start = text.indexOf(sequence);
    const end = start + sequence.length;
    const earlier =
      first === undefined || end < first.end || (end === first.end && start < first.start);
    if (start >= 0 && earlier) {
      first = { start, end };
    }
  }
  return first === undefined ? undefined : { length: first.start, reason: 'stop-sequence' };
}

/**
 * The end of the line that closes the first code block, by CommonMark's rules: a fence at least as
 * long as the opening one, indented by up to three spaces, with nothing but spaces behind it. Only
 * a finished line counts, since "```" may still become "```python". Fences in what a model thinks
 * aloud (`<think>`) are none of the completion's.
 */
function findClosingFence(open: boolean, text: string): Stop | undefined {
  let fence = open ? '```' : undefined;
  let lineStart = 0;
  for (;;) {
    const lineEnd = text.indexOf('\n', lineStart);
    if (lineEnd < 0) {
      return undefined;
    }
    const content = text.slice(lineStart, lineEnd);
    if (content.includes('<think>')) {
      const thoughtEnd = text.indexOf('</think>', lineStart);
      if (thoughtEnd < 0) {
        return undefined;
      }
      lineStart = thoughtEnd + '</think>'.length;
      continue;
    }
    const line = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(content.trimEnd());
    if (fence === undefined) {
      fence = line?.[1];
    } else if (line?.[1]?.startsWith(fence) === true && line[2] === '') {
      return { length: lineEnd, reason: 'fence' };
    }
    lineStart = lineEnd + 1;
  }
}
