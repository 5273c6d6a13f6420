import type { StopRule } from '../records/plan.ts';
import { startBehindThoughts, type ThoughtTags } from './thoughts.ts';

/** Where a completion ends. */
export interface Stop {
  /** Length of what is kept, in UTF-16 units. */
  readonly length: number;
  readonly reason: 'stop-sequence' | 'fence';
}

/** What a completion began with, where its text does not show it. */
export interface Beginning {
  /** What the model was given ends in an open thought. */
  readonly inThought?: true | undefined;
}

type DefinitionRule = Extract<StopRule, { kind: 'definition' }>;

/** The tags that runs before `extract-2` knew. */
const THINK: ThoughtTags = [['<think>', '</think>']];

/** Stands in `defines` of a rule where the function's name goes. */
const NAME = '{{name}}';

/**
 * Finds the end of a completion in the text generated so far. It depends on the text alone, not on
 * how it came in tokens: what decides is the character that first makes the end certain.
 */
export function findStop(rule: StopRule, text: string, beginning?: Beginning): Stop | undefined {
  switch (rule.kind) {
    case 'sequences':
      return findSequence(rule.sequences, text);
    case 'fence':
      return firstBlock(text, { open: rule.open, thoughts: THINK, start: 0 }, () => true);
    case 'definition':
      return findDefinition(rule, text, beginning?.inThought === true);
  }
}

/** A rule for one function. */
export function stopFor(rule: StopRule, name: string): StopRule {
  return rule.kind === 'definition'
    ? { ...rule, defines: rule.defines.replaceAll(NAME, () => escapeRegExp(name)) }
    : rule;
}

/** What a completion begins with, as the end of what the model is given says. */
export function beginningOf(rule: StopRule, given: string): Beginning {
  const end = given.trimEnd();
  const inThought =
    rule.kind === 'definition' && rule.thoughts.some(([open]) => end.endsWith(open));
  return inThought ? { inThought } : {};
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
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

function findDefinition(rule: DefinitionRule, text: string, inThought: boolean): Stop | undefined {
  const { open, thoughts } = rule;
  const start = startBehindThoughts(text, thoughts, inThought);
  if (start === undefined) {
    return undefined;
  }
  const blank = new RegExp(rule.blank, 'g');
  const defines = new RegExp(rule.defines, 'm');
  return firstBlock(text, { open, thoughts, start }, (block) =>
    defines.test(block.replace(blank, '')),
  );
}

interface Scan {
  /** The text starts inside a block. */
  readonly open: boolean;
  readonly thoughts: ThoughtTags;
  readonly start: number;
}

/**
 * The end of the line that closes the first code block that `counts`, much as by CommonMark's rules: a
 * fence at least as long as the opening one, indented by up to three spaces more, with nothing but
 * spaces behind it. Only a finished line counts, since "```" may still become "```python". Between
 * blocks, a thought is passed over.
 */
function firstBlock(
  text: string,
  { open, thoughts, start }: Scan,
  counts: (block: string) => boolean,
): Stop | undefined {
  let fence = open ? { mark: '```', indent: 0, start } : undefined;
  let lineStart = start;
  for (;;) {
    const lineEnd = text.indexOf('\n', lineStart);
    if (lineEnd < 0) {
      return undefined;
    }
    const line = text.slice(lineStart, lineEnd).trimEnd();
    const next = lineEnd + 1;
    const thought = fence === undefined && thoughts.find(([opener]) => line.trim() === opener);
    if (thought) {
      const end = text.indexOf(thought[1], next);
      if (end < 0) {
        return undefined;
      }
      lineStart = end + thought[1].length;
      continue;
    }
    const found = fenceOf(line);
    if (fence === undefined) {
      fence = found === undefined ? undefined : { ...found, start: next };
    } else if (found?.isBare === true && closes(found, fence)) {
      if (counts(text.slice(fence.start, lineStart))) {
        return { length: lineEnd, reason: 'fence' };
      }
      fence = undefined;
    }
    lineStart = next;
  }
}

interface Fence {
  readonly mark: string;
  readonly indent: number;
}

/** The fence on a line, whatever list or quotation the line stands in. */
function fenceOf(line: string): (Fence & { readonly isBare: boolean }) | undefined {
  const found = /^([ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(`{3,}|~{3,})(.*)$/.exec(line);
  if (found === null) {
    return undefined;
  }
  const [, before = '', mark = '', info = ''] = found;
  return { mark, indent: before.length, isBare: info === '' };
}

function closes(one: Fence, opening: Fence): boolean {
  return one.mark.startsWith(opening.mark) && one.indent <= opening.indent + 3;
}
