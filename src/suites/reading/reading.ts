import { findStop, stopFor } from '../../engines/stop.ts';
import { behindTag, startBehindThoughts } from '../../engines/thoughts.ts';
import type { StopRule } from '../../records/plan.ts';
import type { Grader } from '../../sandbox/grader.ts';
import type { Extracting, Extraction, ExtractionRules } from '../suite.ts';
import { assemble } from './assemble.ts';
import { type Block, blocksOf } from './blocks.ts';
import { dedented, indentBody } from './body.ts';
import type { LanguageReading } from './language.ts';
import { stopAt, THOUGHTS } from './marks.ts';
import { type Making, neededStatements, type Outlined, runThatMakes } from './needed.ts';
import { tidied, withPlainLines } from './tidy.ts';

/** Changes whenever a completion can be read differently than before. */
const EXTRACTION_VERSION = 'extract-2';

/** Reads completions in a language. docs/prompts.md says how, for users. */
export function readingOf(language: LanguageReading): ExtractionRules {
  const stop = stopAt(language);
  return {
    version: EXTRACTION_VERSION,
    stop,
    extract: (extracting, grader) => extract(extracting, { grader, language, stop }),
  };
}

interface Tools {
  readonly grader: Pick<Grader, 'outline'>;
  readonly language: LanguageReading;
  readonly stop: (open: boolean) => StopRule;
}

async function extract(
  { text, task, style, inThought = false }: Extracting,
  { grader, language, stop }: Tools,
): Promise<Extraction> {
  if (style.mode === 'raw') {
    return { kind: 'code', code: text };
  }
  const answer = answerOf(withPlainLines(`${style.answerPrefix}${text}`), inThought);
  const name = task.entryPoint;
  const end = findStop(stopFor(stop(false), name), answer)?.length;
  const candidates = candidatesIn(answer.slice(0, end), language);
  const texts = candidates.map((candidate) => candidate.text);
  const outlining = await grader.outline(texts);
  if (outlining.kind === 'infrastructure') {
    return outlining;
  }
  const outlines = outlining.kind === 'outlines' ? outlining.outlines : [];
  const outlined = candidates.flatMap((candidate, index) => {
    const outline = outlines[index];
    return outline === undefined ? [] : [{ ...candidate, ...outline }];
  });
  return (
    program(outlined, name, language) ??
    body(outlined, mentionsName(answer, name, language), language) ??
    lastResort(candidates, outlined, { name, language })
  );
}

/** What is left of an answer without what the model thought aloud. */
function answerOf(text: string, inThought: boolean): string {
  const opensItself = startBehindThoughts(text, THOUGHTS, false) !== 0;
  const unopened = inThought || opensItself ? undefined : unopenedEnd(text);
  const start = unopened === undefined ? startBehindThoughts(text, THOUGHTS, inThought) : unopened;
  return THOUGHTS.reduce(
    (rest, [open, close]) => withoutLater(rest, open, close),
    start === undefined ? '' : text.slice(start),
  );
}

/** Behind a closing tag that nothing opened: what the model was given had opened the thought. */
function unopenedEnd(text: string): number | undefined {
  const ends = THOUGHTS.flatMap((tags) => {
    const end = behindTag(text, tags[1]);
    // A thought may speak of the tag that opened it.
    return end === undefined || behindTag(text.slice(0, end), tags[0]) !== undefined ? [] : [end];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** Without thoughts further down, whose tags have lines of their own. */
function withoutLater(text: string, open: string, close: string): string {
  let rest = text;
  for (;;) {
    const start = rest.split('\n').findIndex((line) => line.trim() === open);
    if (start < 0) {
      return rest;
    }
    const lines = rest.split('\n');
    const end = lines.findIndex((line, index) => index > start && line.includes(close));
    if (end < 0) {
      return rest;
    }
    const behind = lines[end]?.split(close)[1] ?? '';
    rest = [...lines.slice(0, start), behind, ...lines.slice(end + 1)].join('\n');
  }
}

/** A text that may hold the code. */
interface Candidate {
  readonly text: string;
  /** The whole answer, or a block of it; a tidied copy is looked at where nothing else did. */
  readonly from: 'block' | 'answer';
  readonly isTidied: boolean;
  /** Whether its fence is one of the language's, or none. */
  readonly isOwn: boolean;
}

type OutlinedCandidate = Candidate & Outlined;

/** The blocks and the whole answer, each with its tidied copy where that differs. */
function candidatesIn(answer: string, language: LanguageReading): Candidate[] {
  const blocks = blocksOf(answer).map(({ info, text }: Block) => ({
    text: dedented(text),
    from: 'block' as const,
    isOwn: language.fences.includes(info),
  }));
  const whole = { text: answer, from: 'answer' as const, isOwn: true };
  const bare = { ...whole, text: dedented(answer) };
  const plain = [...blocks, whole, ...(bare.text === answer ? [] : [bare])];
  const tidy = plain.map((each) => ({ ...each, text: tidied(each.text, language) }));
  return [
    ...plain.map((each) => ({ ...each, isTidied: false })),
    ...tidy
      .filter((each, index) => each.text !== plain[index]?.text)
      .map((each) => ({ ...each, isTidied: true })),
  ];
}

/** The program that the first candidate which makes the function gives; the best kind decides. */
function program(
  candidates: readonly OutlinedCandidate[],
  name: string,
  language: LanguageReading,
): Extraction | undefined {
  const ways: readonly Making[] = ['function', 'method'];
  for (const making of ways) {
    const able = candidates.filter((each) => runThatMakes(each, name, making) !== undefined);
    const [main] = [true, false].flatMap((isWhole) =>
      able.filter((each) => each.from === 'block' && !each.isTidied && each.isWhole === isWhole),
    );
    const chosen = main ?? able.find((each) => !each.isTidied) ?? able[0];
    if (chosen !== undefined) {
      const helpers = candidates
        .slice(0, candidates.indexOf(chosen))
        .filter(
          (each) =>
            each.from === 'block' &&
            chosen.from === 'block' &&
            each.isOwn &&
            each.isWhole &&
            each.isTidied === chosen.isTidied,
        );
      const needed = neededStatements(chosen, { name, making, helpers });
      return assemble(needed, making === 'method' ? methodOf(needed, name, language) : '');
    }
  }
  return undefined;
}

function methodOf(
  needed: ReturnType<typeof neededStatements>,
  name: string,
  { fromMethod }: LanguageReading,
): string {
  const owner = needed.findLast(({ statement }) => statement.methods.includes(name));
  return `\n\n${fromMethod(owner?.statement.defines[0] ?? '', name)}`;
}

/** A function's body alone, where nothing looks like a definition of it. */
function body(
  candidates: readonly OutlinedCandidate[],
  mentions: boolean,
  { indent }: LanguageReading,
): Extraction | undefined {
  if (mentions) {
    return undefined;
  }
  for (const { text, from, isWhole, isOwn, statements } of candidates) {
    const run = statements.find(({ returns }) => returns)?.run;
    const own = statements.filter((statement) => statement.run === run);
    const [first] = own;
    if (isOwn && first !== undefined && (isWhole || from === 'answer')) {
      const lines = text.split('\n');
      // Right below a line that is no code, it may be the body of a function with a broken header.
      if (isWhole || (lines[first.start - 1] ?? '').trim() === '') {
        const code = isWhole ? text : lines.slice(first.start, own.at(-1)?.end).join('\n');
        return { kind: 'code', code: indentBody(code, indent) };
      }
    }
  }
  return undefined;
}

/** Code that is broken, says nothing or has another name is judged as it stands. */
function lastResort(
  candidates: readonly Candidate[],
  outlined: readonly OutlinedCandidate[],
  { name, language }: { readonly name: string; readonly language: LanguageReading },
): Extraction {
  const found =
    candidates.find(({ text }) => mentionsName(text, name, language)) ??
    outlined.find(
      ({ isWhole, isOwn, statements }) =>
        isOwn && isWhole && statements.some(({ kind }) => kind === 'definition'),
    );
  if (found !== undefined) {
    return { kind: 'code', code: `\n${found.text}` };
  }
  const isEmpty = candidates.every(({ from, text }) => from === 'answer' || text.trim() === '');
  const what = isEmpty
    ? 'the completion holds no code'
    : `no code of the completion defines ${name}`;
  return { kind: 'no-code', detail: what };
}

function mentionsName(text: string, name: string, { mentions }: LanguageReading): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(
    mentions.replaceAll('{{name}}', () => escaped),
    'm',
  ).test(text);
}
