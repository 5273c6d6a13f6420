import type { PromptStyle } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { Extraction } from '../suite.ts';

/** Changes whenever a completion can be read differently than before. */
export const EXTRACTION_VERSION = 'extract-1';

/**
 * Takes the code out of a completion.
 *
 * Raw completions continue the prompt and are taken as they stand. Of a chat completion: `<think>`
 * parts are dropped; of its code blocks the first that defines the entry point counts, else the
 * first; a fence that is never closed runs to the end. A block that repeats the function follows
 * the prompt on a line of its own, where the later definition wins and the prompt's imports and
 * helpers stay; a block that is only the function's body is indented to fit. Without any fence, a
 * definition of the entry point or an indented body still counts.
 */
export function extract(text: string, task: Task, style: PromptStyle): Extraction {
  if (style.mode === 'raw') {
    return { kind: 'code', code: text };
  }
  const reply = `${style.answerPrefix}${text}`.replace(/<think>[^]*?(?:<\/think>|$)/g, '');
  const blocks = codeBlocks(reply);
  const defines = definitionOf(task.entryPoint);
  const block = blocks.find((code) => defines.test(code)) ?? blocks[0] ?? unfenced(reply, defines);
  if (block === undefined || block.trim() === '') {
    return { kind: 'no-code' };
  }
  return { kind: 'code', code: defines.test(block) ? `\n${block}` : indentBody(block) };
}

function definitionOf(name: string): RegExp {
  return new RegExp(`^[ \\t]*(?:async[ \\t]+)?def[ \\t]+${escapeRegExp(name)}[ \\t]*\\(`, 'm');
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The contents of Markdown code fences, each closed by a fence at least as long as its own. */
function codeBlocks(reply: string): string[] {
  const blocks: string[] = [];
  let open: { readonly fence: string; readonly lines: string[] } | undefined;
  for (const line of reply.split(/\r?\n/)) {
    const fence = /^[ ]{0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (open === undefined) {
      if (fence?.[1] !== undefined) {
        open = { fence: fence[1], lines: [] };
      }
    } else if (fence?.[1]?.startsWith(open.fence) && fence[2]?.trim() === '') {
      blocks.push(open.lines.join('\n'));
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  return open === undefined ? blocks : [...blocks, open.lines.join('\n')];
}

/** Code in a reply without fences: from the first line of code on, or an indented body. */
function unfenced(reply: string, defines: RegExp): string | undefined {
  if (defines.test(reply)) {
    const start = reply.search(/^(?:from|import|def|async def|class|@)\b/m);
    return reply.slice(Math.max(start, 0));
  }
  const firstLine = reply.split('\n').find((line) => line.trim() !== '');
  return firstLine !== undefined && /^(?: {2,}|\t)/.test(firstLine) ? reply : undefined;
}

/**
 * Indents a function's body by four spaces. Often a model leaves out the indentation of the first
 * line alone, which the prompt seems to have given: that line is read as deep as the rest.
 */
function indentBody(block: string): string {
  const lines = block.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const firstLine = lines[first] ?? '';
  const rest = lines.slice(first + 1).filter((line) => line.trim() !== '');
  const restDepth = Math.min(...rest.map(depth));
  const opensBlock = /:\s*(?:#.*)?$/.test(firstLine);
  // After `for …:` the next line is deeper anyway; only one deeper still shows the loss.
  const expected = opensBlock ? depth(rest[0] ?? '') : Infinity;
  const lost = rest.length > 0 && depth(firstLine) === 0 && restDepth > 0 && restDepth < expected;
  const common = lost ? restDepth : Math.min(depth(firstLine), restDepth);
  const indented = (line: string, index: number): string =>
    `    ${lost && index === first ? line : line.slice(common)}`;
  return lines.map((line, index) => (line.trim() === '' ? '' : indented(line, index))).join('\n');
}

function depth(line: string): number {
  return line.length - line.trimStart().length;
}
