import { startBehindThoughts } from '../../engines/thoughts.ts';
import type { Task } from '../../records/task.ts';
import type { Extracting, Extraction, ExtractionRules } from '../suite.ts';
import { blocksOf } from './blocks.ts';
import { stopAt, THOUGHTS } from './marks.ts';

const EXPORT = String.raw`(?:export[ \t]+(?:default[ \t]+)?)?`;

/** A definition of `{{name}}` at the start of a line. */
const DEFINES = [
  String.raw`^[ \t]*${EXPORT}(?:const|let|var)[ \t]+{{name}}[ \t]*=(?!=)`,
  String.raw`^[ \t]*${EXPORT}(?:async[ \t]+)?function[ \t]*\*?[ \t]*{{name}}[ \t]*\(`,
  String.raw`^[ \t]*{{name}}[ \t]*=(?!=)`,
].join('|');

/** An answer without any fence that begins as a function's body does. */
const INDENTED = /^\s*?(?: {2,}|\t)\S/;

/** Comments. */
const BLANK = String.raw`\/\/.*|\/\*[^]*?(?:\*\/|$)`;

/**
 * How completions in JavaScript are read that continue a function whose body is open. Its blocks and
 * thoughts are found as in every language; no parser outlines what they hold, so the text alone says.
 */
export const JAVASCRIPT: ExtractionRules = {
  version: 'extract-js-2',
  stop: stopAt({ blank: BLANK, defines: DEFINES }),
  extract: (completion) => Promise.resolve(extract(completion)),
};

/** What fences of JavaScript are called; TypeScript's often hold nothing but JavaScript. */
const FENCES = [
  '',
  'js',
  'javascript',
  'node',
  'nodejs',
  'mjs',
  'cjs',
  'jsx',
  'ts',
  'typescript',
  'tsx',
];

/** Something that a later block may need. */
const DEFINITION = /^(?:export[ \t]+)?(?:const|let|var|function|async[ \t]+function|class)\b/m;

/**
 * Takes the code out of a completion. The prompt ends within the function, `const f = (x) => {`.
 *
 * Raw completions continue it and are taken as they stand. Of a chat completion: thoughts are
 * dropped; of its code blocks the first that defines the function counts, with the definitions of the
 * blocks before it, else the first that has it as a method of a class, else the first of JavaScript; a
 * fence that is never closed runs to the end. A block that defines the function itself is put into the
 * open one, which hands its arguments on: a second definition beside the first would be an error. A
 * block that is only the function's body has its closing brace added where it lacks it. Without any
 * fence, a definition of the function or an indented body still counts.
 */
function extract({ text, task, style, inThought = false }: Extracting): Extraction {
  if (style.mode === 'raw') {
    return { kind: 'code', code: text };
  }
  const whole = `${style.answerPrefix}${text}`;
  const answer = whole.slice(startBehindThoughts(whole, THOUGHTS, inThought) ?? whole.length);
  const blocks = blocksOf(answer);
  const codes = blocks.filter(({ info }) => FENCES.includes(info)).map((block) => block.text);
  const defines = new RegExp(
    DEFINES.replaceAll('{{name}}', () => escaped(task.entryPoint)),
    'm',
  );
  const all = [...codes, ...blocks.map((block) => block.text)];
  const defining = all.find((code) => defines.test(code));
  if (defining !== undefined) {
    const before = codes.slice(0, Math.max(0, codes.indexOf(defining)));
    const helpers = before.filter((code) => DEFINITION.test(code));
    return { kind: 'code', code: within([...helpers, defining].join('\n'), task) };
  }
  const [method] = codes.flatMap((code) => withMethod(code, task.entryPoint) ?? []);
  if (method !== undefined) {
    return { kind: 'code', code: within(method, task) };
  }
  const isBare = defines.test(answer) || INDENTED.test(answer);
  const found = all[0] ?? (isBare ? answer : undefined);
  if (found === undefined || found.trim() === '') {
    return { kind: 'no-code', detail: 'the completion holds no code' };
  }
  return { kind: 'code', code: defines.test(found) ? within(found, task) : closed(found) };
}

/** A block whose class has the function as a method, with the method as the function. */
function withMethod(code: string, name: string): string | undefined {
  const [, owner] = /^(?:export[ \t]+(?:default[ \t]+)?)?class[ \t]+([\w$]+)/m.exec(code) ?? [];
  const method = new RegExp(
    String.raw`^[ \t]+(static[ \t]+)?(?:async[ \t]+)?${escaped(name)}[ \t]*(?:\(|=[ \t]*\()`,
    'm',
  ).exec(code);
  if (owner === undefined || method === null) {
    return undefined;
  }
  const of = method[1] === undefined ? `new ${owner}()` : owner;
  return `${code}\nconst ${name} = (...values) => ${of}.${name}(...values);`;
}

function escaped(name: string): string {
  return name.replace(/\$/g, String.raw`\$`);
}

/** The block inside the function that the prompt has opened, and a call of what it defines. */
function within(block: string, { prompt, entryPoint }: Task): string {
  const plain = asScript(block).trimEnd();
  return `return (() => {\n${plain}\nreturn ${entryPoint};\n})()(${argumentsOf(prompt)});\n}\n`;
}

/** A module as what may stand in a function: without exports, and with `require` in place of imports. */
function asScript(block: string): string {
  return block
    .replace(/^export[ \t]+(?:default[ \t]+)?(?=(?:const|let|var|function|async|class)\b)/gm, '')
    .replace(/^export[ \t]+(?:default[ \t]+[\w$]+|\{[^}]*\})[ \t]*;?[ \t]*$/gm, '')
    .replace(
      /^import[ \t]+(?:\*[ \t]+as[ \t]+)?([\w$]+|\{[^}]*\})[ \t]+from[ \t]+['"](?:node:)?([^'"]+)['"][ \t]*;?[ \t]*$/gm,
      "const $1 = require('$2');",
    );
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
