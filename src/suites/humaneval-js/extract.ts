import type { PromptStyle } from '../../records/plan.ts';
import type { Task } from '../../records/task.ts';
import type { Extraction } from '../suite.ts';

/** Changes whenever a completion can be read differently than before. */
export const EXTRACTION_VERSION = 'extract-js-1';

/**
 * Takes the code out of a completion. The prompt ends within the function, `const f = (x) => {`.
 *
 * Raw completions continue it and are taken as they stand. Of a chat completion: `<think>` parts are
 * dropped; of its code blocks the first that defines the function counts, else the first; a fence
 * that is never closed runs to the end. A block that defines the function itself is put into the open
 * one, which hands its arguments on: a second definition beside the first would be an error. A block
 * that is only the function's body has its closing brace added where it lacks it.
 */
export function extract(text: string, task: Task, style: PromptStyle): Extraction {
  if (style.mode === 'raw') {
    return { kind: 'code', code: text };
  }
  const reply = `${style.answerPrefix}${text}`.replace(/<think>[^]*?(?:<\/think>|$)/g, '');
  const blocks = codeBlocks(reply);
  const defines = definitionOf(task.entryPoint);
  const whole = defines.test(reply) ? reply : undefined;
  const block = blocks.find((code) => defines.test(code)) ?? blocks[0] ?? whole;
  if (block === undefined || block.trim() === '') {
    return { kind: 'no-code' };
  }
  return { kind: 'code', code: defines.test(block) ? within(block, task) : closed(block) };
}

function definitionOf(name: string): RegExp {
  const escaped = name.replace(/[$]/g, '\\$&');
  return new RegExp(
    `^[ \\t]*(?:export[ \\t]+(?:default[ \\t]+)?)?(?:(?:const|let|var)[ \\t]+${escaped}[ \\t]*=|(?:async[ \\t]+)?function[ \\t]*\\*?[ \\t]*${escaped}[ \\t]*\\(|${escaped}[ \\t]*=(?!=))`,
    'm',
  );
}

/** The contents of Markdown code fences, each closed by a fence at least as long as its own. */
function codeBlocks(reply: string): string[] {
  const fences = /^[ ]{0,3}(`{3,}|~{3,})[^\n]*\n([^]*?)(?:^[ ]{0,3}\1[`~]*[ \t]*$|$(?![^]))/gm;
  return [...reply.matchAll(fences)].map(([, , code = '']) => code);
}

/** The block inside the function that the prompt has opened, and a call of what it defines. */
function within(block: string, { prompt, entryPoint }: Task): string {
  const plain = block.replace(
    /^export[ \t]+(?:default[ \t]+)?(?=(?:const|let|var|function|async|class)\b)/gm,
    '',
  );
  return `return (() => {\n${plain.trimEnd()}\nreturn ${entryPoint};\n})()(${argumentsOf(prompt)});\n}\n`;
}

/** The names of the open function's parameters, as a call hands them on. */
function argumentsOf(prompt: string): string {
  const parameters = /\(([^()]*)\)\s*(?:=>)?\s*\{\s*$/.exec(prompt)?.[1] ?? '';
  return parameters
    .split(',')
    .map((parameter) => parameter.replace(/=[^]*$/, '').trim())
    .filter((name) => name !== '')
    .join(', ');
}

/** A body, with the brace that closes the function. */
function closed(body: string): string {
  const open = body.split('{').length - body.split('}').length;
  return open < 0 ? `${body}\n` : `${body.trimEnd()}\n}\n`;
}
